using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Tls.Client;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-117: no Certificate message although one was asked for.</summary>
internal sealed class OmittedCertificate : ProofCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-117",
        Title = "Leaving out the Certificate message gets a client in",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [287, 306], OwaspApi = ["API2:2023"], PciDss = ["4.2.1", "8.3.1"], Asvs = ["12.1.3"] },
        Needs = Usual,
        Why = "A client that has no certificate must say so with an empty Certificate message; a server that demands one refuses there. When the message does not come at all, the code that refuses is never reached, and a loose state machine goes on to Finished as if nothing had been asked.",
        Impact = "Whoever reaches the port is in without any certificate, on a server that refuses everyone who plays by the rules.",
        How = "The server's request for a certificate is left unanswered: no Certificate, no CertificateVerify, Finished at once; in TLS 1.3 and 1.2 wherever a certificate is asked for in the handshake. A safe server ends the connection, usually with alert 10 (unexpected_message); whatever refuses counts. Where a client without a certificate is served anyway there is nothing to gain, and the rule does not apply.",
        Sources = ["RFC 8446, sections 4.4.2 and 6.2", "RFC 5246, section 7.4.6", "CVE-2022-25640", "A Messy State of the Union (IEEE S&P 2015)"],
        Remedies = ProvePossession.All,
    };

    /// <inheritdoc/>
    protected override Outcome? Absent(CheckContext context)
    {
        if (!context.IsEnforced)
        {
            return new Outcome.NotApplicable("a client without a certificate is served anyway");
        }

        return context.Survey.Handshakes.Any(h => h.State == RequestState.Requested)
            ? base.Absent(context)
            : new Outcome.NotApplicable("no certificate is asked for in the handshake itself");
    }

    /// <inheritdoc/>
    protected override ImmutableArray<Deviation> Deviations(CheckContext context) =>
    [
        .. context.Survey.Handshakes.Where(h => h.State == RequestState.Requested).Select(handshake => new Deviation(
            null,
            "no Certificate message",
            handshake.Version,
            script => script with { CertificateAnswer = CertificateAnswer.Omit },
            exchange => Showing.WasAsked(exchange) && !Showing.Sent(exchange, "Certificate"))),
    ];
}
