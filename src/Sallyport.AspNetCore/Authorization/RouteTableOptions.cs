using System;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Where the table of routes is written.</summary>
public sealed class RouteTableOptions
{
    /// <summary>The file that gets the table at start and after every change of the endpoints, such as <c>sallyport-routes.json</c>; relative to the content root. None by default.</summary>
    /// <exception cref="ArgumentException">The path is blank.</exception>
    public string? File
    {
        get;
        set => field = value is null || !string.IsNullOrWhiteSpace(value) ? value : throw new ArgumentException("A path, or null.", nameof(value));
    }
}
