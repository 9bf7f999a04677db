using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Tls.Client;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-119: a request after the handshake, answered by Finished alone.</summary>
internal sealed class EmptyLateAnswer : ProofCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-119",
        Title = "A late request for a certificate is satisfied without one",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [287], OwaspApi = ["API2:2023"], PciDss = ["4.2.1", "8.3.1"], Asvs = ["12.1.3"] },
        Needs = Usual,
        Why = "Some servers ask for a certificate only once a request has named its path: by post-handshake authentication in TLS 1.3, by renegotiation before. The answer runs through a second state machine that is tested far less. One that takes Finished without Certificate marks the connection as authenticated with nobody behind it.",
        Impact = "Whoever reaches the port calls the protected operations without any certificate.",
        How = "The protected operation is asked without a certificate in the first handshake; the server's late request is answered with Finished alone, without Certificate and CertificateVerify. It must end in a refusal. The rule applies only where a late request was seen.",
        Sources = ["RFC 8446, section 4.6.2", "RFC 5246, section 7.4.1.1", "CVE-2026-55962"],
        Remedies = ProvePossession.All,
    };

    /// <inheritdoc/>
    protected override Outcome? Absent(CheckContext context) => context switch
    {
        { Survey.RequestedLater: false } => new Outcome.NotApplicable("no certificate is asked for after the handshake"),
        { IsEnforced: false } => new Outcome.NotApplicable("a client without a certificate is served anyway"),
        _ => base.Absent(context),
    };

    /// <inheritdoc/>
    protected override ImmutableArray<Deviation> Deviations(CheckContext context) =>
    [
        .. context.AskingVersions.Select(version => new Deviation(
            null,
            "Finished alone after a late request",
            version,
            script => script with { Credential = null, PostHandshakeAnswer = PostHandshakeAnswer.FinishedOnly },
            exchange => exchange.Session is { } session && (!session.LaterCertificateRequests.IsEmpty || session.RenegotiationRequested))),
    ];
}
