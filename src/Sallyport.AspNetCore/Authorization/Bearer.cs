using Microsoft.AspNetCore.Http;
using Sallyport.AspNetCore.Connections;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Who asks, and on which connection: what has to be looked at again at the moment of use.</summary>
/// <param name="Caller">What authentication proved; null for nobody.</param>
/// <param name="Connection">The connection that the request came on; null when the caller is known by other means.</param>
internal readonly record struct Bearer(ICallerFeature? Caller, GuardedConnection? Connection)
{
    /// <summary>The one who makes this request.</summary>
    public static Bearer Of(HttpContext? context) => new(context?.Features.Get<ICallerFeature>(), ConnectionOf(context));

    /// <summary>The connection that a request came on.</summary>
    public static GuardedConnection? ConnectionOf(HttpContext? context) => context?.Features.Get<IGuardedConnectionFeature>()?.Connection;
}
