namespace OrdersApi.App;

/// <summary>One thing that the API can be told to do wrong. Without any it does everything right; each can be switched on alone.</summary>
/// <remarks>Every member declares with <c>Plants</c> the rules that a scanner must then report: see <see cref="Weaknesses"/>.</remarks>
public enum Weakness
{
    // The handshake and what stands on it.
    [Plants("MTLS-122", "MTLS-303", "MTLS-306", Flaw = "accounts are found by the CN of the subject, not by the certificate", Needs = [UnboundToken])]
    AccountByCommonName,

    [Plants(
        "MTLS-101", "MTLS-102", "MTLS-103", "MTLS-104", "MTLS-105", "MTLS-106", "MTLS-107", "MTLS-108", "MTLS-109", "MTLS-110",
        Flaw = "a certificate is asked for and never verified", Needs = [AccountByCommonName])]
    AnyCertificate,

    [Plants("MTLS-106", "MTLS-107", "MTLS-108", Flaw = "a certificate made for a server, or for nothing, opens the API", Needs = [AccountByCommonName])]
    AnyUsage,

    [Plants("MTLS-111", Flaw = "revoked certificates are served")]
    NoRevocation,

    [Plants("MTLS-301", Flaw = "the handshake lets everyone through and the invoice route forgets to ask who it is")]
    RouteGap,

    [Plants("MTLS-002", "MTLS-003", Flaw = "the certificate is requested and those without one are served")]
    EveryoneServed,

    [Plants("MTLS-211", "MTLS-212", "MTLS-216", Flaw = "a connection made for one name is served the pages of another")]
    ForeignHost,

    [Plants("MTLS-207", Flaw = "what was true at the handshake is believed until the connection ends", Needs = [AccountByCommonName])]
    TrustedConnection,

    [Plants("MTLS-307", Flaw = "the server fetches the URLs in an unknown certificate")]
    CertificateDownloads,

    [Plants("MTLS-302", Flaw = "a certificate without an account is served", Needs = [UnboundToken])]
    UnmappedServed,

    [Plants("AUTHZ-001", "MTLS-121", Flaw = "any account reads the documents of any other")]
    NoOwnerRule,

    [Plants("MTLS-305", "TLS-022", Flaw = "a plain HTTP port serves the whole API")]
    PlainHttp,

    [Plants("TLS-021", Flaw = "browsers are not told to stay on TLS")]
    NoStrictTransport,

    [Plants("TLS-003", Flaw = "CBC suites with SHA-1 are accepted")]
    OldSuites,

    // A certificate and a token, together.
    [Plants("BIND-001", Flaw = "a token works with any client's certificate: cnf is not compared")]
    UnboundToken,
}
