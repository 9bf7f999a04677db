namespace Sallyport.Forge.Der;

/// <summary>Object identifiers that the writers need (RFC 5280, RFC 3279, RFC 4055, RFC 5480, RFC 6960).</summary>
internal static class Oids
{
    internal const string CommonName = "2.5.4.3";
    internal const string Country = "2.5.4.6";
    internal const string Organization = "2.5.4.10";
    internal const string OrganizationalUnit = "2.5.4.11";

    internal const string SubjectKeyIdentifier = "2.5.29.14";
    internal const string KeyUsage = "2.5.29.15";
    internal const string SubjectAltName = "2.5.29.17";
    internal const string BasicConstraints = "2.5.29.19";
    internal const string CrlNumber = "2.5.29.20";
    internal const string CrlReason = "2.5.29.21";
    internal const string InvalidityDate = "2.5.29.24";
    internal const string DeltaCrlIndicator = "2.5.29.27";
    internal const string IssuingDistributionPoint = "2.5.29.28";
    internal const string CertificateIssuer = "2.5.29.29";
    internal const string NameConstraints = "2.5.29.30";
    internal const string CrlDistributionPoints = "2.5.29.31";
    internal const string CertificatePolicies = "2.5.29.32";
    internal const string AuthorityKeyIdentifier = "2.5.29.35";
    internal const string ExtendedKeyUsage = "2.5.29.37";
    internal const string FreshestCrl = "2.5.29.46";
    internal const string AuthorityInformationAccess = "1.3.6.1.5.5.7.1.1";
    internal const string SignedCertificateTimestamps = "1.3.6.1.4.1.11129.2.4.2";

    internal const string AccessOcsp = "1.3.6.1.5.5.7.48.1";
    internal const string AccessCaIssuers = "1.3.6.1.5.5.7.48.2";
    internal const string OcspBasicResponse = "1.3.6.1.5.5.7.48.1.1";
    internal const string OcspNonce = "1.3.6.1.5.5.7.48.1.2";
    internal const string OcspNoCheck = "1.3.6.1.5.5.7.48.1.5";

    internal const string AnyExtendedKeyUsage = "2.5.29.37.0";
    internal const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    internal const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    internal const string OcspSigning = "1.3.6.1.5.5.7.3.9";

    internal const string RsaEncryption = "1.2.840.113549.1.1.1";
    internal const string RsaSha1 = "1.2.840.113549.1.1.5";
    internal const string Mgf1 = "1.2.840.113549.1.1.8";
    internal const string RsaPss = "1.2.840.113549.1.1.10";
    internal const string RsaSha256 = "1.2.840.113549.1.1.11";
    internal const string RsaSha384 = "1.2.840.113549.1.1.12";
    internal const string RsaSha512 = "1.2.840.113549.1.1.13";
    internal const string EcPublicKey = "1.2.840.10045.2.1";
    internal const string EcdsaSha1 = "1.2.840.10045.4.1";
    internal const string EcdsaSha256 = "1.2.840.10045.4.3.2";
    internal const string EcdsaSha384 = "1.2.840.10045.4.3.3";
    internal const string CurveP256 = "1.2.840.10045.3.1.7";
    internal const string EcdsaSha512 = "1.2.840.10045.4.3.4";
    internal const string CurveP521 = "1.3.132.0.35";
    internal const string CurveP384 = "1.3.132.0.34";
    internal const string Sha1 = "1.3.14.3.2.26";
    internal const string Sha256 = "2.16.840.1.101.3.4.2.1";
}
