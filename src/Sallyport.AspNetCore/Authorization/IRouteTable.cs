using System.Collections.Immutable;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Every endpoint of the application and what it requires, at this moment.</summary>
public interface IRouteTable
{
    /// <summary>Every endpoint that can be reached, sorted by route and methods.</summary>
    ImmutableArray<GuardedRoute> Routes { get; }

    /// <summary>The table as JSON: the content of <c>sallyport-routes.json</c>. The same routes make the same text.</summary>
    string ToJson();
}
