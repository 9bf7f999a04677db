using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Checks.Tokens;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Binding;

/// <summary>BIND-001: B's certificate with A's token.</summary>
internal sealed class ForeignCertificate : BindingCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "BIND-001",
        Title = "A token is accepted with another client's certificate",
        Category = Category.TokenBinding,
        Severity = Severity.High,
        Standards = new() { Cwe = [345, 294, 287], OwaspApi = ["API2:2023"], PciDss = ["8.3.11"], Asvs = ["10.3.5"] },
        Needs = [Need.Tls, Need.Identity, Need.SecondIdentity, Need.CertificateRequested],
        Why = "A token that is bound to a certificate names its SHA-256 in cnf. That protects only where the API compares it with the certificate of the connection. An API that checks certificate and token each for itself takes any good certificate with any good token.",
        Impact = "A client that gets hold of another's token, from a log or a cache, uses it with its own certificate.",
        How = "The second identity's certificate with the first one's token, at the first one's resource. It must be refused where the token has a cnf, or where expect.tokenBinding says required; elsewhere tokens are not meant to be bound. A cnf that does not name its owner's own certificate and is served shows the same flaw.",
        Sources = ["RFC 8705, section 3", "RFC 9700, section 4.10.1", "RFC 7800, section 3.1"],
        Remedies = BindTokens.All,
    };

    /// <inheritdoc/>
    protected override async Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        bool bound = IsBound(scene);
        if (!bound && !context.Request.Expect.TokenBindingRequired)
        {
            return CheckResult.NotApplicable("the token is bound to no certificate (no cnf), and expect.tokenBinding is not required");
        }

        if (context.Api.Identities.FirstOrDefault(one => one.HasCertificate && one.Role is null && one.Name != scene.Owner.Name) is not { } other)
        {
            return CheckResult.NotTested("no second identity of the lowest role has a certificate", "a certificate of another account: a second --identity NAME=cert.pem,key.pem (identities)");
        }

        if (bound && !IsBoundToOwner(scene))
        {
            // The control itself is the proof: it was served with a certificate that the token does not name.
            return new()
            {
                Probes =
                [
                    Of(scene, new Outcome.Failed(new Flaw
                    {
                        Expected = "A token that names a certificate is accepted with that certificate only.",
                        Observed = $"The token of {scene.Owner.Name} names a certificate that is not the one of {scene.Owner.Name}, and is served with it.",
                        Confidence = Confidence.Confirmed,
                        Severity = Severity.Critical,
                        Evidence = [.. scene.Controls()],
                        Cause = Causes.BindingNotChecked,
                    }), scene.Owner.Name),
                ],
            };
        }

        string name = $"certificate of {other.Name}, token of {scene.Owner.Name}";
        Verdict verdict = await context.Oracle.JudgeAgainstAsync(scene.As(Actor.Of(other).WithToken(name, scene.Credential)), scene.Baseline, cancellationToken).ConfigureAwait(false);
        Outcome outcome = verdict is Verdict.Accepted accepted
            ? new Outcome.Failed(FlawOf(scene, accepted, "A bound token is accepted with its own certificate only.", $"The {name}", context.Survey.ControlOfB is { } own ? [own.First.ToEvidence()] : []) with
            {
                Severity = bound ? Severity.Critical : null,
                Cause = Causes.BindingNotChecked,
            })
            : RefusedOr(verdict, name);
        return new() { Probes = [await ProvedAsync(context, scene, other, outcome, cancellationToken).ConfigureAwait(false)] };
    }

    // The refusal proves binding only when that certificate gets in by itself: otherwise it may be the certificate that was refused.
    private static async Task<ProbeResult> ProvedAsync(CheckContext context, TokenScene scene, Identity other, Outcome outcome, CancellationToken cancellationToken)
    {
        string identity = $"certificate of {other.Name}, token of {scene.Owner.Name}";
        if (outcome is not Outcome.Passed || await context.Api.BaselineAsync(scene.Operation, other, cancellationToken).ConfigureAwait(false) is BaselineResult.Learned)
        {
            return Of(scene, outcome, identity);
        }

        return Of(scene, new Outcome.NotTested($"{other.Name} with all its own credentials is not served on {scene.Operation.Name} either, so the refusal proves nothing")
        {
            Needs = [$"a token and values of {other.Name}: identities.{other.Name}.token and .values"],
        }, identity);
    }
}
