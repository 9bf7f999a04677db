using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Client;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-115: A's certificate without A's key.</summary>
internal sealed class UnprovenKey : ProofCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-115",
        Title = "A certificate is believed without its key",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Variants =
        [
            new("wrong-data", "signature over other data", Severity.Critical),
            new("other-key", "signature by another key", Severity.Critical),
        ],
        Standards = new() { Cwe = [347, 287], OwaspApi = ["API2:2023"], PciDss = ["4.2.1", "8.3.1"], Asvs = ["12.1.3"] },
        Needs = Usual,
        Why = "A certificate is public: it goes over the wire, into logs and into directories. What makes its holder its owner is the CertificateVerify message, a signature over this very handshake by the certificate's key. A server that does not verify it, or verifies it over something else, believes whoever has a copy of the certificate.",
        Impact = "Everybody who has ever seen a client's certificate is that client.",
        How = "The valid identity's certificate is shown, and CertificateVerify holds a well-formed signature over other data, and one over the right data by another key of the same kind; in TLS 1.3 and 1.2 wherever a certificate is asked for. A safe server ends the connection, usually with alert 51 (decrypt_error); whatever refuses counts.",
        Sources = ["RFC 8446, section 4.4.3", "RFC 5246, section 7.4.8"],
        Remedies = ProvePossession.All,
    };

    /// <inheritdoc/>
    protected override string Cause => Causes.KeyNotProved;

    /// <inheritdoc/>
    protected override ImmutableArray<Deviation> Deviations(CheckContext context) =>
    [
        .. context.AskingVersions.SelectMany(version => (Deviation[])
        [
            new("wrong-data", "A's certificate with a signature over other data", version, script => script with { CertificateVerifyAnswer = CertificateVerifyAnswer.SignWrongData }, Proved),
            new("other-key", "A's certificate with a signature by another key", version, WithoutKey, Proved),
        ]),
    ];

    private static bool Proved(Exchange exchange) => Showing.Sent(exchange, "CertificateVerify");

    // The engine signs with a throw-away key of the same kind when it has none.
    private static ClientScript WithoutKey(ClientScript script) => script with { Credential = script.Credential is { } own ? own with { Key = null } : null };
}
