namespace Sallyport.Tls.Wire;

/// <summary>Extension numbers that we write or read.</summary>
/// <remarks>IANA "TLS ExtensionType Values".</remarks>
internal static class ExtensionType
{
    internal const ushort ServerName = 0;
    internal const ushort StatusRequest = 5;
    internal const ushort SupportedGroups = 10;
    internal const ushort EcPointFormats = 11;
    internal const ushort SignatureAlgorithms = 13;
    internal const ushort Heartbeat = 15;
    internal const ushort Alpn = 16;
    internal const ushort Padding = 21;
    internal const ushort EncryptThenMac = 22;
    internal const ushort ExtendedMasterSecret = 23;
    internal const ushort SessionTicket = 35;
    internal const ushort PreSharedKey = 41;
    internal const ushort EarlyData = 42;
    internal const ushort SupportedVersions = 43;
    internal const ushort Cookie = 44;
    internal const ushort PskKeyExchangeModes = 45;
    internal const ushort CertificateAuthorities = 47;
    internal const ushort PostHandshakeAuth = 49;
    internal const ushort SignatureAlgorithmsCert = 50;
    internal const ushort KeyShare = 51;
    internal const ushort RenegotiationInfo = 0xFF01;
}
