using Sallyport.Scan.Jose;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>A public key and where it was found.</summary>
/// <param name="Key">The key.</param>
/// <param name="Source">Where, in words: <c>issuer's key</c>, <c>server's TLS key</c>.</param>
internal sealed record PublicKey(JsonWebKey Key, string Source);
