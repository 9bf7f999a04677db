namespace Sallyport.Scan.Target;

/// <summary>The signing key of a test environment's token issuer: JWT checks change one signed claim at a time with it.</summary>
/// <param name="Key">The private key as PEM, or the shared secret of an HMAC algorithm. Never leaves this machine.</param>
/// <param name="Algorithm">The JWS algorithm, such as <c>ES256</c> (RFC 7518, section 3.1).</param>
public sealed record TokenIssuer(Secret Key, string Algorithm);
