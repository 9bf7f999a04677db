using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Checks.Tokens;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Binding;

/// <summary>BIND-009: the renewed certificate of A with the old token.</summary>
internal sealed class RenewedCertificate : BindingCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "BIND-009",
        Title = "What becomes of a token when the certificate is renewed",
        Category = Category.TokenBinding,
        Severity = null,
        Standards = new() { Cwe = [295], OwaspApi = ["API2:2023"], PciDss = ["4.2.1.1"], Asvs = ["10.3.5"] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested, Need.CertificateMatters, Need.ClientCaKey],
        Why = "Certificates are renewed, and tokens that were issued before are still about. A bound token ends with its certificate; a token that is not bound goes on with the new one. Both are right as long as somebody decided it: clients fail at renewal otherwise.",
        Impact = "At renewal clients stop, or old tokens go on, without anybody having decided so.",
        How = "A certificate with the first identity's names and a new key, signed by the client CA, with its old token. What happens is a fact, also where the token names the old certificate in cnf and is served with the new one: that cnf is not compared is BIND-001's finding.",
        Sources = ["RFC 8705, sections 3 and 6.3"],
        Remedies = BindTokens.All,
    };

    /// <inheritdoc/>
    protected override async Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        if (scene.Owner.Name != context.A.Name)
        {
            return CheckResult.NotTested($"a renewed certificate is made for {context.A.Name}, and the token is of {scene.Owner.Name}", $"identities.{context.A.Name}.token");
        }

        if (context.Forged(IdentityMatrix.ControlRule).FirstOrDefault(one => one.Variant == "leaf") is not { } renewed)
        {
            return CheckResult.NotTested("no certificate could be made under the given CA");
        }

        string name = $"renewed certificate of {scene.Owner.Name}, old token";
        // The token that was issued before, never one that is bound to the new certificate.
        Ask old = context.Shown(Actor.Of(context.A).With(renewed));
        Verdict verdict = (await context.Oracle.JudgeAsync(old, cancellationToken).ConfigureAwait(false)).IfShown();
        bool bound = IsBoundToOwner(scene);
        Outcome outcome = verdict is Verdict.Accepted or Verdict.Rejected ? new Outcome.Passed() : new Outcome.NotTested($"{name}: {verdict.Detail}");
        string fact = verdict switch { Verdict.Accepted => bound ? "accepted, although the token is bound to the old one" : "accepted", Verdict.Rejected => bound ? "refused, as the binding demands" : "refused", _ => "undecided" };
        return new() { Probes = [Of(scene, outcome, name)], Facts = [new(Info.Id, "The renewed certificate (same names, new key) with the old token", fact)] };
    }
}
