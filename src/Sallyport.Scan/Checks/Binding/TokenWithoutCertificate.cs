using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Checks.Tokens;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Binding;

/// <summary>BIND-002: the token without any certificate.</summary>
internal sealed class TokenWithoutCertificate : BindingCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "BIND-002",
        Title = "A token is accepted without a certificate",
        Category = Category.TokenBinding,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [294, 306], OwaspApi = ["API2:2023"], PciDss = ["4.2.1"], Asvs = ["10.3.5"] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested],
        Why = "Where the certificate is optional in the handshake, a valid token alone often satisfies the code behind it. The second factor is then there for those who bring it.",
        Impact = "A stolen token is enough, from anywhere.",
        How = "The first identity's token over a connection without a certificate. It must be refused where the token has a cnf, the description demands mutual TLS, or expect says that it or token binding is required; elsewhere it is a suspicion.",
        Sources = ["RFC 8705, section 3", "RFC 8446, section 4.4.2.4"],
        Remedies = BindTokens.All,
    };

    /// <inheritdoc/>
    protected override async Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        Actor who = Actor.Of(scene.Owner).WithoutCertificate().WithToken("none", scene.Credential);
        Verdict verdict = await context.Oracle.JudgeAgainstAsync(scene.As(who) with { Title = $"no certificate, token of {scene.Owner.Name}" }, scene.Baseline, cancellationToken).ConfigureAwait(false);
        bool declared = IsBound(scene) || context.Request.Expect.TokenBindingRequired || context.Request.Expect.MutualTlsRequired || scene.Operation.DemandsMutualTls;
        Outcome outcome = verdict is Verdict.Accepted accepted
            ? new Outcome.Failed(FlawOf(scene, accepted, "A token is accepted over a connection with a client certificate only.", $"The token of {scene.Owner.Name} without a certificate") is var flaw && declared
                ? flaw with { Cause = Causes.NoCertificateServed }
                : flaw with { Cause = Causes.NoCertificateServed, Confidence = Confidence.Suspect })
            : RefusedOr(verdict, "without a certificate");
        return new() { Probes = [Of(scene, outcome, "none")] };
    }
}
