using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Tls.Client;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-116: A's certificate, and no CertificateVerify at all.</summary>
internal sealed class OmittedProof : ProofCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-116",
        Title = "A certificate is believed although the proof of its key was left out",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [287, 347], OwaspApi = ["API2:2023"], PciDss = ["4.2.1", "8.3.1"], Asvs = ["12.1.3"] },
        Needs = Usual,
        Why = "After a Certificate message with a certificate in it, CertificateVerify must come; its absence must end the handshake. A state machine that takes Finished in its place has authenticated nobody and behaves as if it had. The flaw was found in several TLS libraries, and it passes every test with well-behaved clients.",
        Impact = "Everybody who has ever seen a client's certificate is that client, without signing anything.",
        How = "The valid identity's certificate is sent and CertificateVerify is left out; Finished follows at once; in TLS 1.3 and 1.2 wherever a certificate is asked for. A safe server ends the connection, usually with alert 10 (unexpected_message); whatever refuses counts.",
        Sources = ["RFC 8446, sections 4.4.3 and 6.2", "RFC 5246, section 7.4.8", "CVE-2022-25640", "A Messy State of the Union (IEEE S&P 2015)"],
        Remedies = ProvePossession.All,
    };

    /// <inheritdoc/>
    protected override string Cause => Causes.KeyNotProved;

    /// <inheritdoc/>
    protected override ImmutableArray<Deviation> Deviations(CheckContext context) =>
    [
        .. context.AskingVersions.Select(version => new Deviation(
            null,
            "A's certificate without CertificateVerify",
            version,
            script => script with { CertificateVerifyAnswer = CertificateVerifyAnswer.Omit },
            exchange => Showing.ShowedCertificate(exchange) && !Showing.Sent(exchange, "CertificateVerify"))),
    ];
}
