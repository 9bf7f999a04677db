using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Limits;

/// <summary>RL-001: whether a burst of one identity meets any limit.</summary>
internal sealed class NoLimit : Check
{
    private const int Burst = 30;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "RL-001",
        Title = "A burst of requests meets no limit",
        Category = Category.RateLimiting,
        Severity = Severity.Low,
        Standards = new() { Cwe = [770, 799], OwaspApi = ["API4:2023"], PciDss = ["6.2.4"], Asvs = ["2.4.1"] },
        Mode = ScanMode.Intrusive,
        Needs = [Need.Caller],
        Why = "Without a limit one client can take all of the API's capacity, read out everything that it may read, and try what it likes as often as it likes.",
        Impact = "The API is slow or down for the others, and scraping and guessing cost nothing.",
        How = "Thirty requests for the protected operation are sent as its right identity, six at a time. A status 429 or 503 with Retry-After, or RateLimit headers in any answer, pass. Thirty equal answers without a word of a limit are a finding, of low severity: a limit may lie above.",
        Sources = ["OWASP API4:2023", "RFC 6585, section 4", "IETF draft-ietf-httpapi-ratelimit-headers"],
        Remedies = LimitRequests.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Oracle.Control is not { } control)
        {
            return CheckResult.NotTested("there is no control to compare with", "operations.protected");
        }

        List<Exchange> seen = [];
        foreach (int[] batch in Enumerable.Range(1, Burst).Chunk(6))
        {
            seen.AddRange(await Task.WhenAll(batch.Select(i => context.Transport.ExchangeAsync(control.Ask with { Title = FormattableString.Invariant($"request {i} of {Burst}"), Reusable = false, Pooled = true, Script = null }, cancellationToken))).ConfigureAwait(false));
        }

        Outcome outcome = seen.Any(VerdictRules.Limits) || seen.Any(exchange => LimitSigns.Remaining(exchange) is not null || LimitSigns.Speaks(exchange))
            ? new Outcome.Passed()
            : seen.All(exchange => context.Oracle.Classify(exchange) is Verdict.Accepted)
            ? new Outcome.Failed(new Flaw
            {
                Expected = "A limit for each identity, said in RateLimit headers or by 429.",
                Observed = FormattableString.Invariant($"{Burst} requests of {control.Ask.Actor.Name} in {seen.Select(exchange => exchange.Duration.TotalMilliseconds).Sum() / 6:0} ms or less were all served alike; no answer speaks of a limit."),
                Confidence = Confidence.Firm,
                Evidence = [seen[0].ToEvidence(), seen[^1].ToEvidence()],
            })
            : new Outcome.NotTested($"not all of {Burst} requests were answered alike: {seen.First(exchange => context.Oracle.Classify(exchange) is not Verdict.Accepted).Summary}");
        return new() { Probes = [new(outcome) { Operation = context.Survey.ProtectedOperation?.Name, Identity = control.Ask.Actor.Name }] };
    }
}
