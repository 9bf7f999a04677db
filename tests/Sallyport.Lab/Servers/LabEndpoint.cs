using System;

namespace Sallyport.Lab.Servers;

/// <summary>One site of a lab server: where it listens on 127.0.0.1 and under which name it is asked.</summary>
/// <param name="Site">What the site is about, for messages.</param>
/// <param name="Port">Its port on 127.0.0.1.</param>
/// <param name="Name">The name for SNI and Host.</param>
public sealed record LabEndpoint(string Site, int Port, string Name = "localhost")
{
    /// <summary>The https address of the site as seen from this machine.</summary>
    public Uri Url => new($"https://{Name}:{Port}/");

    /// <summary>The same port under another name.</summary>
    public LabEndpoint Named(string name) => this with { Name = name };
}
