using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>A certificate as OCSP names it.</summary>
/// <param name="IssuerPin">The SHA-256 of its issuer's public key.</param>
/// <param name="SerialNumber">Its serial number.</param>
internal readonly record struct StatusKey(Octets IssuerPin, Octets SerialNumber);
