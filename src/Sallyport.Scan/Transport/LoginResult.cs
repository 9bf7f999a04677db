using System.Collections.Immutable;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Transport;

/// <summary>The application credentials of an identity as headers.</summary>
/// <param name="Headers">The headers, names in lower case.</param>
/// <param name="Failure">Why the login did not yield them; <c>null</c> when there was none or it did.</param>
internal sealed record LoginResult(ImmutableArray<HttpHeader> Headers, string? Failure)
{
    /// <summary>Never shows the headers.</summary>
    public override string ToString() => Failure ?? $"{Headers.Length} headers";
}
