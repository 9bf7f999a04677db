using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Tls;

namespace Sallyport.Scan.Checks.Enforcement;

/// <summary>MTLS-006: in which layer a client without a certificate is refused. Facts only.</summary>
internal sealed class RefusalLayer : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-006",
        Title = "Where a client without a certificate is refused",
        Category = Category.MutualTls,
        Severity = null,
        Standards = new() { Cwe = [696] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested],
        Why = "A refusal in TLS ends the connection before a byte of the request is read. A refusal by HTTP, as nginx does it by design, reads the request line and the headers of "
            + "strangers first: every flaw of the HTTP parser is open to them.",
        Impact = "No weakness by itself; it says how much code a stranger reaches.",
        How = "What came back for the protected operation without a certificate, per TLS version: an alert, a close, or an HTTP answer.",
        Sources = ["ingress-nginx issue 7176", "RFC 8446, section 6.2"],
        Remedies = RequireCertificate.All,
    };

    /// <inheritdoc/>
    public override Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken) => Task.FromResult(Judge(context));

    private static string Layer(Verdict.Rejected rejected) => rejected.Where switch
    {
        EnforcementPoint.Handshake => $"in the handshake ({rejected.Detail})",
        EnforcementPoint.Alert => $"by TLS after the handshake ({rejected.Detail})",
        EnforcementPoint.Close => $"by a close without an answer ({rejected.Detail})",
        _ => $"by HTTP, after the request was read ({rejected.Detail})",
    };

    private CheckResult Judge(CheckContext context)
    {
        ImmutableArray<(SurveyedHandshake Handshake, Verdict Verdict)> judged =
            [.. context.Survey.Handshakes.Where(h => h.State != RequestState.NotOffered).Select(h => (h, context.Oracle.Classify(h.Nobody)))];
        if (judged.Any(j => j.Verdict is Verdict.Undecided))
        {
            return CheckResult.NotTested($"without a certificate: {judged.First(j => j.Verdict is Verdict.Undecided).Verdict.Detail}");
        }

        ImmutableArray<Fact> facts =
        [
            .. judged.Where(j => j.Verdict is Verdict.Rejected).Select(j => new Fact(
                Info.Id,
                $"A client without a certificate is refused ({(j.Handshake.Version == TlsVersion.Tls13 ? "TLS 1.3" : "TLS 1.2")})",
                Layer((Verdict.Rejected)j.Verdict))),
        ];
        return facts.IsEmpty ? CheckResult.NotApplicable("a client without a certificate is served") : CheckResult.Passed().With([.. facts]);
    }
}
