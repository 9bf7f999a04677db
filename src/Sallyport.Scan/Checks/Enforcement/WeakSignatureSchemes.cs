using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls;

namespace Sallyport.Scan.Checks.Enforcement;

/// <summary>MTLS-009: whether a client may prove its key by a SHA-1 or MD5 signature.</summary>
internal sealed class WeakSignatureSchemes : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-009",
        Title = "Client signatures with SHA-1 or MD5 are accepted",
        Category = Category.MutualTls,
        Severity = Severity.Low,
        Standards = new() { Cwe = [327], OwaspApi = ["API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.2"] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested],
        Why = "The client proves its key by signing the handshake. With a hash for which collisions can be made, a signature over one handshake may fit another (SLOTH). "
            + "Servers often list such schemes for old certificates' sake, and then accept them here as well.",
        Impact = "An attacker in the middle with enough computing time impersonates a client towards the server in TLS 1.2.",
        How = "The schemes in the question for a certificate are read. Those with SHA-1 or MD5 that fit the valid identity's key are tried: a TLS 1.2 handshake signed that way, "
            + "and the protected operation. Only served twice is a finding; listed and refused is none.",
        Sources = ["RFC 9155", "RFC 8446, section 4.2.3", "CVE-2015-7575"],
        Remedies = HardenChannel.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (AuthorityNames.Questions(context.Survey).IsEmpty)
        {
            return CheckResult.NotTested("the question for a certificate was seen, but not what it says");
        }

        ImmutableArray<SignatureScheme> weak = [.. AuthorityNames.Questions(context.Survey).SelectMany(q => q.SignatureSchemes).Where(s => s.UsesSha1 || s.UsesMd5).Distinct()];
        if (weak.IsEmpty)
        {
            return CheckResult.Passed();
        }

        Fact listed = new(Info.Id, "Weak signature schemes that the server lists for clients", string.Join(", ", weak.Select(s => s.Name)));
        SurveyedHandshake? older = context.Survey.Handshakes.FirstOrDefault(h => h.Version == TlsVersion.Tls12 && h.State == RequestState.Requested);
        ImmutableArray<SignatureScheme> fitting = [.. weak.Where(s => Fits(s, context.A.Key))];
        if (older is null || fitting.IsEmpty)
        {
            // RFC 8446 forbids them for CertificateVerify in TLS 1.3; there the list is about certificates.
            return (older is null
                ? CheckResult.NotApplicable("no certificate is asked for in TLS 1.2, and TLS 1.3 lists them for certificates only")
                : CheckResult.NotTested($"none of the weak schemes fits the key of {context.A.Name}", "an identity with a key of the other kind (RSA or ECDSA)")).With(listed);
        }

        List<ProbeResult> probes = [];
        foreach (SignatureScheme scheme in fitting)
        {
            probes.Add(context.Keep(new(await TryAsync(context, scheme, cancellationToken).ConfigureAwait(false)) { Identity = $"{context.A.Name}, {scheme.Name}" }));
        }

        return new CheckResult { Probes = [.. probes] }.With(listed);
    }

    private static bool Fits(SignatureScheme scheme, AsymmetricAlgorithm? key) => (scheme.Value & 0xFF) switch
    {
        1 => key is RSA,
        3 => key is ECDsa,
        _ => false,
    };

    private static async Task<Outcome> TryAsync(CheckContext context, SignatureScheme scheme, CancellationToken cancellationToken)
    {
        Ask ask = context.H(Actor.Of(context.A), $"{context.A.Name}, signed with {scheme.Name}") with
        {
            Version = TlsVersion.Tls12,
            Script = script => script with { CertificateVerifyScheme = scheme },
        };
        return (await context.Oracle.JudgeAsync(ask, cancellationToken).ConfigureAwait(false)).IfShown() switch
        {
            Verdict.Accepted accepted => new Outcome.Failed(new Flaw
            {
                Expected = "A handshake that the client signs with SHA-1 or MD5 is refused.",
                Observed = $"Signed with {scheme.Name}, it is served ({accepted.Detail}).",
                Confidence = Confidence.Firm,
                Evidence = [.. Proofs.Control(context), accepted.Exchange.ToEvidence()],
            }),
            Verdict.Rejected => new Outcome.Passed(),
            { } doubt => new Outcome.NotTested($"signed with {scheme.Name}: {doubt.Detail}"),
        };
    }
}
