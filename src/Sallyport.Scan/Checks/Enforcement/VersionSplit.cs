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

/// <summary>MTLS-004: whether the demand for a certificate differs between TLS versions or HTTP versions.</summary>
internal sealed class VersionSplit : Check
{
    private const string ByTls = "tls-version";
    private const string ByHttp = "http2";

    // Several servers may stand behind one address: a difference that does not repeat is theirs, not the version's.
    private const int Repeats = 4;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-004",
        Title = "Client authentication depends on the protocol version",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Variants =
        [
            new(ByTls, "One TLS version lets clients in that the other refuses", Severity.High),
            new(ByHttp, "HTTP/2 lets clients in that HTTP/1.1 refuses, or the other way round", Severity.High),
        ],
        Standards = new() { Cwe = [288], OwaspApi = ["API2:2023"], PciDss = ["4.2.1"], Asvs = ["12.3.5"] },
        Needs = [Need.Tls, Need.Identity],
        Why = "Each protocol version has its own code path from the first byte to the decision about the client, and often its own configuration. A setting made for one may be missing in the other.",
        Impact = "An attacker chooses the version in which nobody asks.",
        How = "The question for a certificate and the treatment of a client without one are compared between TLS 1.2 and 1.3, and between HTTP/1.1 and HTTP/2. "
            + "A difference in the question is asked five times before it counts.",
        Sources = ["RFC 8446, section 4.3.2", "RFC 9113, section 9.2", "CVE-2026-53622"],
        Remedies = RequireCertificate.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken) => new()
    {
        Probes =
        [
            context.Keep(new(await TlsAsync(context, cancellationToken).ConfigureAwait(false)) { Variant = ByTls, Identity = "none" }),
            new(await HttpAsync(context, cancellationToken).ConfigureAwait(false)) { Variant = ByHttp, Identity = "none" },
        ],
    };

    private static async Task<Outcome> TlsAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<SurveyedHandshake> offered = [.. context.Survey.Handshakes.Where(h => h.State != RequestState.NotOffered)];
        if (offered.Length < 2)
        {
            return new Outcome.NotApplicable("only one TLS version is offered");
        }

        if (offered.FirstOrDefault(h => h.State == RequestState.Undecided) is { } unseen)
        {
            return new Outcome.NotTested($"the question could not be seen: {unseen.Nobody.Summary}");
        }

        List<Verdict> verdicts = [];
        foreach (SurveyedHandshake handshake in offered)
        {
            verdicts.Add(await context.Oracle.JudgeAsync(handshake.Nobody.Ask, cancellationToken).ConfigureAwait(false));
        }

        bool sameQuestion = offered.All(h => h.State == offered[0].State);
        if (Split(verdicts) is { } split)
        {
            return new Outcome.Failed(Flaw(context, split.Accepted, split.Rejected));
        }

        if (sameQuestion)
        {
            return verdicts.OfType<Verdict.Undecided>().FirstOrDefault() is { } doubt
                ? new Outcome.NotTested($"without a certificate: {doubt.Reason}")
                : new Outcome.Passed();
        }

        return await SteadyAsync(context, offered, cancellationToken).ConfigureAwait(false)
            ? new Outcome.Failed(Question(context, offered))
            : new Outcome.NotTested("the question for a certificate differs from handshake to handshake: several servers seem to stand behind one address");
    }

    private static async Task<Outcome> HttpAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (!context.Survey.Http2)
        {
            return new Outcome.NotApplicable("the server does not offer HTTP/2");
        }

        Ask valid = context.H(Actor.Of(context.A), $"control over HTTP/2: {context.A.Name}") with { Http = HttpFlavor.Http2, Reusable = true };
        if (context.Oracle.Classify(await context.Transport.ExchangeAsync(valid, cancellationToken).ConfigureAwait(false)) is not Verdict.Accepted)
        {
            return new Outcome.NotTested($"{context.A.Name} is not served over HTTP/2 as over HTTP/1.1");
        }

        Ask nobody = context.H(Actor.Of(context.A).WithoutCertificate(), "no certificate, HTTP/1.1") with { Reusable = true };
        Verdict one = await context.Oracle.JudgeAsync(nobody, cancellationToken).ConfigureAwait(false);
        Verdict two = await context.Oracle.JudgeAsync(nobody with { Title = "no certificate, HTTP/2", Http = HttpFlavor.Http2 }, cancellationToken).ConfigureAwait(false);
        if (Split([one, two]) is { } split)
        {
            return new Outcome.Failed(Flaw(context, split.Accepted, split.Rejected));
        }

        return new[] { one, two }.OfType<Verdict.Undecided>().FirstOrDefault() is { } doubt
            ? new Outcome.NotTested($"without a certificate: {doubt.Reason}")
            : new Outcome.Passed();
    }

    private static (Verdict.Accepted Accepted, Verdict.Rejected Rejected)? Split(IReadOnlyList<Verdict> verdicts) =>
        verdicts.OfType<Verdict.Accepted>().FirstOrDefault() is { } accepted && verdicts.OfType<Verdict.Rejected>().FirstOrDefault() is { } rejected
            ? (accepted, rejected)
            : null;

    private static async Task<bool> SteadyAsync(CheckContext context, ImmutableArray<SurveyedHandshake> offered, CancellationToken cancellationToken)
    {
        for (int i = 0; i < Repeats; i++)
        {
            foreach (SurveyedHandshake handshake in offered)
            {
                Ask again = handshake.Nobody.Ask with { Request = null, Reusable = false };
                Exchange exchange = await context.Transport.ExchangeAsync(again, cancellationToken).ConfigureAwait(false);
                if ((handshake with { Nobody = exchange, Request = exchange.Session?.CertificateRequest }).State != handshake.State)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static Flaw Flaw(CheckContext context, Verdict.Accepted accepted, Verdict.Rejected rejected) => new()
    {
        Expected = "A client without a certificate is treated alike in every protocol version.",
        Observed = $"{accepted.Exchange.Ask.Title}: served ({accepted.Detail}). {rejected.Exchange.Ask.Title}: refused ({rejected.Detail}).",
        Confidence = accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
        Evidence = [.. Proofs.Control(context), rejected.Exchange.ToEvidence(), accepted.Exchange.ToEvidence()],
        Replay = CurlLine.Of(accepted.Exchange.Ask, context.Request),
    };

    // The question differs, the treatment does not (yet): something behind the handshake makes up for it today.
    private static Flaw Question(CheckContext context, ImmutableArray<SurveyedHandshake> offered) => new()
    {
        Expected = "A client certificate is asked for in every TLS version or in none.",
        Observed = string.Join("; ", offered.Select(h => $"{(h.Version == TlsVersion.Tls13 ? "TLS 1.3" : "TLS 1.2")}: {(h.State == RequestState.Requested ? "asked for" : "not asked for")}")) + ", five times each.",
        Confidence = Confidence.Firm,
        Severity = Severity.Medium,
        Evidence = [.. Proofs.Control(context), .. offered.Select(h => h.Nobody.ToEvidence())],
    };
}
