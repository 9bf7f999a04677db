using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls;

namespace Sallyport.Scan.Checks.Enforcement;

/// <summary>MTLS-002: whether a client without a certificate is served on the protected operation.</summary>
internal sealed class EnforcedCertificate : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-002",
        Title = "Mutual TLS is not enforced",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [306, 287], OwaspApi = ["API2:2023"], PciDss = ["4.2.1", "8.3.1"], Asvs = ["12.3.5"] },
        Needs = [Need.Tls, Need.Identity],
        Why = "A server that asks for a client certificate without requiring one goes on when none comes. Whether anybody refuses afterwards depends on code that has to look, on every path. Where the refusal happens differs: an alert, a silent close after a finished handshake, or an HTTP answer, so a finished handshake says nothing.",
        Impact = "Whoever reaches the port calls the protected operation without any certificate.",
        How = "The protected operation is asked with the valid identity's other credentials but without a certificate, in TLS 1.3 and TLS 1.2. Served the same answer twice, while the valid identity is served just before and after: not enforced. An alert, a close or a refusing status: enforced. Anything else stays undecided.",
        Sources = ["RFC 8446, section 4.4.2.4", "RFC 8446, appendix E.1.2", "ingress-nginx issue 7176", "CVE-2026-32305"],
        Remedies = RequireCertificate.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (!context.Survey.CertificateRequested && !Meant(context))
        {
            return context.Survey.Handshakes.Any(h => h.State == RequestState.Undecided)
                ? CheckResult.NotTested("whether a client certificate is asked for could not be seen in every TLS version")
                : CheckResult.NotApplicable("no client certificate is asked for, and none is declared to be needed");
        }

        List<(SurveyedHandshake Handshake, Verdict Verdict)> judged = [];
        foreach (SurveyedHandshake handshake in context.Survey.Handshakes.Where(h => h.State != RequestState.NotOffered))
        {
            judged.Add((handshake, await context.Oracle.JudgeAsync(handshake.Nobody.Ask, cancellationToken).ConfigureAwait(false)));
            if (Failed(context, judged) is { } proved)
            {
                _ = context.Keep(proved);
            }
        }

        if (Failed(context, judged) is { } failed)
        {
            return new() { Probes = [failed] };
        }

        return judged.FirstOrDefault(j => j.Verdict is Verdict.Undecided) is { Verdict: { } doubt }
            ? CheckResult.NotTested($"without a certificate: {doubt.Detail}")
            : new CheckResult { Probes = [new(new Outcome.Passed()) { Identity = "none" }] };
    }

    // A bearer scheme in the description protects by tokens, and the probe carries the token: that is no promise about certificates.
    private static bool Declared(CheckContext context) => context.Request.Expect.MutualTlsRequired
        || context.Survey.ProtectedOperation is { DemandsMutualTls: true }
        || (context.Survey.ProtectionDeclared && !ApplicationCredentials.Has(context.A));

    private static bool Meant(CheckContext context) => Declared(context);

    private static ProbeResult? Failed(CheckContext context, IReadOnlyCollection<(SurveyedHandshake Handshake, Verdict Verdict)> judged)
    {
        ImmutableArray<Verdict.Accepted> accepted = [.. judged.Select(j => j.Verdict).OfType<Verdict.Accepted>()];
        if (accepted.IsEmpty)
        {
            return null;
        }

        string versions = string.Join(" and ", judged.Where(j => j.Verdict is Verdict.Accepted).Select(j => j.Handshake.Version == TlsVersion.Tls13 ? "TLS 1.3" : "TLS 1.2"));
        bool declared = Declared(context);
        bool mutual = context.Request.Expect.MutualTlsRequired || context.Survey.ProtectedOperation is { DemandsMutualTls: true };
        Flaw flaw = new()
        {
            Expected = "A client without a certificate is refused on the protected operation.",
            Observed = $"Without a certificate it gets what {context.A.Name} gets ({versions}; {accepted[0].Detail}).",
            Confidence = !declared ? Confidence.Suspect : accepted.Any(a => a.ByMarker) ? Confidence.Confirmed : Confidence.Firm,
            Severity = mutual ? Severity.Critical : Severity.High,
            Evidence = [.. Control(context), .. accepted.Select(a => a.Exchange.ToEvidence())],
            Replay = CurlLine.Of(accepted[0].Exchange.Ask, context.Request),
            Cause = Causes.NoCertificateServed,
        };
        return new(new Outcome.Failed(flaw)) { Identity = "none" };
    }

    private static IEnumerable<Evidence> Control(CheckContext context) => context.Oracle.Control is { } control ? [control.First.ToEvidence()] : [];
}
