using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Sessions;

/// <summary>CSRF-005: which origins may read the API's answers (CORS).</summary>
internal sealed class CrossOriginReads : Check
{
    /// <inheritdoc/>
    /// <remarks>A server that takes one connection at a time and does not know a method keeps everybody waiting.</remarks>
    public override bool RunsAlone => true;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "CSRF-005",
        Title = "Other origins may read protected answers",
        Category = Category.Sessions,
        Severity = Severity.High,
        Variants =
        [
            new("reflect", "Any origin is allowed, with credentials", Severity.High),
            new("null", "The origin null is allowed, with credentials", Severity.High),
            new("suffix", "Hosts that begin with the target's name are allowed, with credentials", Severity.High),
            new("prefix", "Hosts that end with the target's name are allowed, with credentials", Severity.High),
            new("plain", "The plain http origin is allowed, with credentials", Severity.High),
            new("without-credentials", "Any origin is reflected, without credentials", Severity.Low),
        ],
        Standards = new() { Cwe = [942, 346], OwaspApi = ["API8:2023"], PciDss = ["6.2.4"], Asvs = ["3.4.2"] },
        Needs = [Need.Caller],
        Why = "Access-Control-Allow-Origin with Access-Control-Allow-Credentials tells browsers to let a page of that origin read answers made with the visitor's cookies and client certificate. A server that sends back whatever Origin says, or compares it by its beginning or end, allows an attacker's page. "
            + "The origin null belongs to every sandboxed frame, and a plain http origin to whoever controls the network.",
        Impact = "A page of the attacker reads the visitor's data, tokens against forgery among it, and may send any request.",
        How = "The protected operation is asked with its right credentials from evil.example, null, the target's name with .evil.example after it, evil before it, and plain http. Only an allowed origin that equals the one sent, in the answer or in that to a preflight, is a finding: with Allow-Credentials high, without it low. "
            + "A fixed * without credentials is none: browsers then send no credentials.",
        Sources = ["Fetch Standard, section 3.2 (CORS protocol)", "CWE-942", "CVE-2018-0269"],
        Remedies = AllowOrigins.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        Ask own = (context.Oracle.Control?.Ask ?? context.H(Actor.Of(context.Survey.Caller!))) with { Reusable = false, Pooled = true, Script = null }; // Need.Caller
        List<ProbeResult> probes = [];
        Exchange? unanswered = null;
        foreach ((string variant, string origin) in Origins(context))
        {
            (ProbeResult probe, Exchange? lost) = await ProbeAsync(context, own, variant, origin, unanswered, cancellationToken).ConfigureAwait(false);
            unanswered ??= lost;
            probes.Add(context.Keep(probe));
            if (variant == "reflect" && probes[^1].Outcome is Outcome.Failed)
            {
                // Whoever allows any origin allows these as well.
                break;
            }
        }

        return new() { Probes = [.. probes] };
    }

    private static IEnumerable<(string Variant, string Origin)> Origins(CheckContext context)
    {
        string host = context.Request.Target.Host;
        yield return ("reflect", CrossSite.Evil);
        yield return ("null", "null");
        if (!context.Request.Target.IsAddress)
        {
            yield return ("suffix", $"https://{host}.evil.example");
            yield return ("prefix", $"https://evil{host}");
        }

        if (context.Request.Target.Tls)
        {
            yield return ("plain", $"http://{host}");
        }
    }

    private static async Task<(ProbeResult Probe, Exchange? Unanswered)> ProbeAsync(CheckContext context, Ask own, string variant, string origin, Exchange? unanswered, CancellationToken cancellationToken)
    {
        RawHttpRequest request = own.Request!; // a control has one
        Exchange read = await context.Transport.ExchangeAsync(
            own with { Title = $"from {origin}", Request = request with { Headers = [.. request.Headers, new("origin", origin), new("sec-fetch-site", "cross-site"), new("sec-fetch-mode", "cors")] } }, cancellationToken).ConfigureAwait(false);
        // A preflight comes without any credential but the certificate of the connection. A server that lets OPTIONS wait keeps the next one waiting as long.
        Exchange preflight = unanswered ?? await context.Transport.ExchangeAsync(
            own with
            {
                Title = $"preflight from {origin}",
                Actor = own.Actor.WithoutApplication(),
                Request = request with { Method = "OPTIONS", Headers = [.. request.Headers, new("origin", origin), new("access-control-request-method", "PUT"), new("access-control-request-headers", "content-type")] },
            },
            cancellationToken).ConfigureAwait(false);
        bool Allows(Exchange exchange) => exchange.Answer?.Header("access-control-allow-origin")?.Trim() == origin;
        bool WithCredentials(Exchange exchange) => Allows(exchange) && exchange.Answer?.Header("access-control-allow-credentials")?.Trim() == "true";
        Exchange? proof = WithCredentials(read) ? read : WithCredentials(preflight) ? preflight : Allows(read) ? read : null;
        string operation = context.Survey.ProtectedOperation?.Name ?? "GET /";
        if (proof is null)
        {
            bool decided = read.Status is >= 200 and < 500 and not (404 or 408 or 429);
            Outcome outcome = !decided ? new Outcome.NotTested($"from {origin} it was answered: {read.Summary}")
                : preflight.Http is HttpOutcome.TimedOut ? new Outcome.NotTested($"what a preflight is answered is not known: {preflight.Summary}")
                : new Outcome.Passed();
            return (new(outcome) { Variant = variant, Operation = operation, Identity = own.Actor.Name }, preflight.Http is HttpOutcome.TimedOut ? preflight : null);
        }

        bool credentials = WithCredentials(proof);
        bool served = ReferenceEquals(proof, read) && context.Oracle.Classify(read) is Verdict.Accepted;
        return (new(new Outcome.Failed(new Flaw
        {
            Expected = "Only origins on an exact list are allowed.",
            Observed = $"{(ReferenceEquals(proof, read) ? "The answer" : "The answer to a preflight")} allows the origin {origin}{(credentials ? " with credentials" : ", without credentials")}{(served ? ", and holds what only this identity gets" : "")}.",
            Confidence = served && credentials ? Confidence.Confirmed : Confidence.Firm,
            Evidence = context.Oracle.Control is { } control ? [control.First.ToEvidence(), proof.ToEvidence()] : [proof.ToEvidence()],
        }))
        { Variant = credentials ? variant : "without-credentials", Operation = operation, Identity = own.Actor.Name }, null);
    }
}
