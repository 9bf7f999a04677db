using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Checks.Tokens;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;

namespace Sallyport.Scan.Checks.Binding;

/// <summary>BIND-004: a certificate of a rogue CA, or an expired one, with a right token.</summary>
internal sealed class BadCertificateWithToken : BindingCheck
{
    private const string Unknown = "MTLS-102";
    private const string Rogue = "MTLS-103";
    private const string Expired = "MTLS-104";

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "BIND-004",
        Title = "A right token makes up for a bad certificate",
        Category = Category.TokenBinding,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [295], OwaspApi = ["API2:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.3", "12.3.5"] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested, Need.CertificateMatters],
        Why = "Code that handles certificate and token together may let the token decide alone once it is right, or look for a certificate without verifying it. Then the certificate proves nothing just when an attacker has a token.",
        Impact = "Whoever steals a token makes the certificate that goes with it.",
        How = "The first identity's own token, with the issuer's key bound to what is shown, with copies of its certificate from an unknown CA and from a rogue CA with the real one's name, and with one that has expired (with the client CA's key). All must be refused, while the right certificate with the same token is served.",
        Sources = ["RFC 5280, section 6.1", "RFC 8705, section 2.1"],
        Remedies = BindTokens.All,
    };

    /// <inheritdoc/>
    protected override async Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        if (scene.Owner.Name != context.A.Name)
        {
            return CheckResult.NotTested($"bad certificates are made for {context.A.Name}, and the token is of {scene.Owner.Name}", $"a token of {context.A.Name}: identities.{context.A.Name}.token");
        }

        List<ProbeResult> probes = [];
        foreach (MatrixIdentity forged in context.Forged(Unknown).Take(1).Concat(context.Forged(Rogue).Take(1)).Concat(context.Forged(Expired).Take(1)))
        {
            string identity = $"{forged.Description}, token of {scene.Owner.Name}";
            Outcome? doubt = await context.DoubtAsync(forged, cancellationToken).ConfigureAwait(false);
            Verdict? verdict = doubt is null ? await context.ShowAsync(forged, cancellationToken).ConfigureAwait(false) : null;
            probes.Add(context.Keep(Of(scene, verdict switch
            {
                null => doubt!, // one of the two is there
                Verdict.Accepted accepted => new Outcome.Failed(FlawOf(scene, accepted, "A bad certificate is refused whatever token comes with it.", $"A {identity}") with
                {
                    Cause = forged.RuleId == Expired ? Causes.DatesNotChecked : Causes.CertificateNotVerified,
                }),
                Verdict.Rejected rejected => await context.BindingDoubtAsync(rejected, cancellationToken).ConfigureAwait(false) ?? new Outcome.Passed(),
                _ => RefusedOr(verdict, identity),
            }, identity)));
        }

        probes.AddRange(context.Withheld(Expired).Take(1).Select(withheld => Of(scene, ForgedIdentities.Of(withheld), $"{withheld.Description}, token of {scene.Owner.Name}")));
        return probes.Count == 0 ? CheckResult.NotTested("no bad certificate could be made") : new() { Probes = [.. probes] };
    }
}
