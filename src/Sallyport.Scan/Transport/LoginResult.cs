using System;
using System.Collections.Immutable;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Transport;

/// <summary>The application credentials of an identity as headers.</summary>
/// <param name="Headers">The headers, names in lower case.</param>
/// <param name="Failure">Why the login did not yield them; <c>null</c> when there was none or it did.</param>
internal sealed record LoginResult(ImmutableArray<HttpHeader> Headers, string? Failure)
{
    /// <summary>When a login yielded them, as a timestamp of the scan's clock; <c>null</c> when nothing was logged in.</summary>
    public long? LoggedInAt { get; init; }

    /// <summary>When they end, by their own word (<c>exp</c> of a JWT, <c>expires_in</c> of the answer); <c>null</c> when they do not say.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Never shows the headers.</summary>
    public override string ToString() => Failure ?? $"{Headers.Length} headers";
}
