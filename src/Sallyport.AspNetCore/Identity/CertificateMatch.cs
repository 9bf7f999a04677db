using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Identity;

/// <summary>What in a certificate makes it an identity's. Never the text of its subject.</summary>
public abstract record CertificateMatch
{
    private CertificateMatch()
    {
    }

    /// <summary>The certificate itself.</summary>
    /// <param name="Thumbprint">The SHA-256 of its DER.</param>
    public sealed record Sha256(CertificateThumbprint Thumbprint) : CertificateMatch;

    /// <summary>The certificate that an issuer gave this serial number.</summary>
    /// <param name="Issuer">The issuer's distinguished name.</param>
    /// <param name="SerialNumber">The serial number's octets, up to 20, as in the certificate.</param>
    public sealed record IssuerSerial(DistinguishedName Issuer, Octets SerialNumber) : CertificateMatch;

    /// <summary>A subject alternative name, whichever certificate carries it.</summary>
    /// <param name="Name">A DNS name, URI, e-mail address, IP address or otherName.</param>
    public sealed record AlternativeName(GeneralName Name) : CertificateMatch;
}
