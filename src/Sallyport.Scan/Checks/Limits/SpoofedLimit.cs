using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Limits;

/// <summary>RL-002: whether the limit counts something that the client can change.</summary>
internal sealed class SpoofedLimit : Check
{
    private const int MaxBurst = 60;
    private const int MostTries = 6;

    // Twice: a plain request that is blocked, and the spoofed one that is served.
    private const int Enough = 4;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "RL-002",
        Title = "The limit starts anew with a header of the client's own",
        Category = Category.RateLimiting,
        Severity = Severity.Medium,
        Variants =
        [
            new("forwarded", "Another X-Forwarded-For, X-Real-IP or Forwarded resets the limit", Severity.Medium),
            new("path", "Another spelling of the path resets the limit", Severity.Medium),
        ],
        Standards = new() { Cwe = [799, 348], OwaspApi = ["API4:2023"], PciDss = ["6.2.4"], Asvs = ["2.4.1", "15.3.4"] },
        Mode = ScanMode.Intrusive,
        Needs = [Need.Caller],
        Why = "A limit that counts by an address from a header counts whatever the client writes there; one that counts by the path as text counts every spelling apart. With a client certificate there is a better key: who the client is.",
        Impact = "The limit is there for honest clients only.",
        How = "Where answers say how many requests are left, or sixty requests reach the limit: plain requests and such with a fresh X-Forwarded-For, X-Real-IP, True-Client-IP or Forwarded, or with another spelling of the path, take turns. When the count starts anew for each of them while it goes on for the plain ones, twice, it is a finding. Another certificate is another client: its own count is right.",
        Sources = ["CWE-348", "OWASP API4:2023", "RFC 7239, section 8.1"],
        Remedies = LimitRequests.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Oracle.Control is not { Ask.Request: { } request } control)
        {
            return CheckResult.NotTested("there is no control to compare with", "operations.protected");
        }

        Ask plain = control.Ask with { Title = "plain", Reusable = false, Pooled = true, Script = null };
        Exchange first = await context.Transport.ExchangeAsync(plain, cancellationToken).ConfigureAwait(false);
        bool counted = LimitSigns.Remaining(first) is not null;
        if (!counted && !await ReachAsync(context, plain, cancellationToken).ConfigureAwait(false))
        {
            return CheckResult.NotTested(FormattableString.Invariant($"no answer says how many requests are left, and {MaxBurst} requests reached no limit: there is none to reset (see RL-001)"));
        }

        List<ProbeResult> probes = [];
        foreach (IGrouping<string, Spoof> variant in Spoofs(request).GroupBy(spoof => spoof.Variant))
        {
            // What one way around has not shown, another's refusal does not: only when all are refused it passes.
            Outcome outcome = new Outcome.Passed();
            foreach (Spoof spoof in variant)
            {
                Outcome one = counted
                    ? await CountedAsync(context, plain, spoof, cancellationToken).ConfigureAwait(false)
                    : await ReachedAsync(context, control, plain, spoof, cancellationToken).ConfigureAwait(false);
                outcome = one is Outcome.Passed ? outcome : one;
                if (one is Outcome.Failed)
                {
                    break;
                }
            }

            probes.Add(context.Keep(new(outcome) { Variant = variant.Key, Operation = context.Survey.ProtectedOperation?.Name, Identity = control.Ask.Actor.Name }));
        }

        return new() { Probes = [.. probes] };
    }

    private static async Task<bool> ReachAsync(CheckContext context, Ask plain, CancellationToken cancellationToken)
    {
        for (int i = 0; i < MaxBurst; i++)
        {
            if (VerdictRules.Limits(await context.Transport.ExchangeAsync(plain, cancellationToken).ConfigureAwait(false)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Plain and spoofed take turns: the plain count must go on for the spoofed ones as well.</summary>
    private static async Task<Outcome> CountedAsync(CheckContext context, Ask plain, Spoof spoof, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < 3; attempt++)
        {
            List<(long Left, Exchange Exchange)> seen = [];
            for (int i = 0; i < 6; i++)
            {
                Ask ask = i % 2 == 0 ? plain : plain with { Title = spoof.Title, Request = spoof.Change(plain.Request!) }; // a control has a request
                Exchange exchange = await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
                if (LimitSigns.Remaining(exchange) is not { } left)
                {
                    // A spelling that is answered otherwise (404, 400) is no way around.
                    return i % 2 == 1 && exchange.Answer is { Status: >= 400 and < 500 and not 429 } ? new Outcome.Passed() : new Outcome.NotTested($"{ask.Title}: {exchange.Summary}, without a count");
                }

                seen.Add((left, exchange));
            }

            bool goesOn = seen[0].Left > seen[2].Left && seen[2].Left > seen[4].Left;
            if (!goesOn)
            {
                // A new window has begun in between.
                continue;
            }

            bool apart = seen[1].Left > seen[0].Left && seen[3].Left > seen[2].Left && seen[5].Left > seen[4].Left;
            bool plainAlone = seen[0].Left - seen[2].Left < 2 || seen[2].Left - seen[4].Left < 2;
            return apart && plainAlone && seen[1].Exchange.Status is >= 200 and < 300
                ? new Outcome.Failed(Found(spoof, FormattableString.Invariant($"Left for plain requests: {seen[0].Left}, {seen[2].Left}, {seen[4].Left}; for those in between with {spoof.Title}: {seen[1].Left}, {seen[3].Left}, {seen[5].Left}."), [.. seen.Take(4).Select(one => one.Exchange)]))
                : new Outcome.Passed();
        }

        return new Outcome.NotTested("the count of plain requests did not go down while it was looked at");
    }

    private static async Task<Outcome> ReachedAsync(CheckContext context, Baseline control, Ask plain, Spoof spoof, CancellationToken cancellationToken)
    {
        List<Exchange> seen = [];
        for (int i = 0; i < MostTries && seen.Count < Enough; i++)
        {
            Exchange blocked = await context.Transport.ExchangeAsync(plain with { Title = "plain, at the limit" }, cancellationToken).ConfigureAwait(false);
            Exchange spoofed = await context.Transport.ExchangeAsync(plain with { Title = spoof.Title, Request = spoof.Change(plain.Request!) }, cancellationToken).ConfigureAwait(false); // a control has a request
            if (!VerdictRules.Limits(blocked) && !await ReachAsync(context, plain, cancellationToken).ConfigureAwait(false))
            {
                return new Outcome.NotTested("the limit could not be held long enough");
            }

            if (!VerdictRules.Limits(blocked))
            {
                continue;
            }

            if (context.Oracle.Classify(spoofed, control) is not Verdict.Accepted)
            {
                return VerdictRules.Limits(spoofed) || spoofed.Answer is { Status: >= 400 and < 500 } ? new Outcome.Passed() : new Outcome.NotTested($"{spoof.Title}: {spoofed.Summary}");
            }

            seen.AddRange([blocked, spoofed]);
        }

        // A limit that lets one more through every moment may do so once more: then it is asked again.
        Exchange? still = seen.Count < Enough ? null : await context.Transport.ExchangeAsync(plain with { Title = "plain, still at the limit" }, cancellationToken).ConfigureAwait(false);
        if (still is not null && !VerdictRules.Limits(still))
        {
            still = await context.Transport.ExchangeAsync(plain with { Title = "plain, once more" }, cancellationToken).ConfigureAwait(false);
        }

        return still is not null && VerdictRules.Limits(still)
            ? new Outcome.Failed(Found(spoof, $"At the limit ({seen[0].Summary}) the same request with {spoof.Title} is served, and the plain one after it still is not.", [.. seen, still]))
            : new Outcome.NotTested("the limit was over while it was looked at");
    }

    private static Flaw Found(Spoof spoof, string observed, ImmutableArray<Exchange> seen) => new()
    {
        Expected = "The limit counts what a client is, such as its certificate, not what it writes.",
        Observed = observed,
        Confidence = Confidence.Firm,
        Evidence = [.. seen.Select(exchange => exchange.ToEvidence())],
    };

    private static IEnumerable<Spoof> Spoofs(RawHttpRequest request)
    {
        static string Address() => FormattableString.Invariant($"198.18.{RandomNumberGenerator.GetInt32(256)}.{RandomNumberGenerator.GetInt32(1, 255)}");
        foreach (string name in (string[])["x-forwarded-for", "x-real-ip", "true-client-ip", "x-client-ip"])
        {
            yield return new("forwarded", $"a fresh {name}", sent => sent with { Headers = [.. sent.Headers, new(name, Address())] });
        }

        yield return new("forwarded", "a fresh Forwarded", sent => sent with { Headers = [.. sent.Headers, new("forwarded", $"for={Address()}")] });
        if (request.Target.Split('?')[0].TrimEnd('/').Length > 0)
        {
            yield return new("path", "the path in another case", sent => sent with { Target = Case(sent.Target) });
            yield return new("path", "a random query", sent => sent with { Target = $"{sent.Target}{(sent.Target.Contains('?') ? '&' : '?')}sallyport={RandomNumberGenerator.GetHexString(8, lowercase: true)}" });
        }
    }

    // Only the first segment: the rest may name something.
    private static string Case(string target)
    {
        int end = target.IndexOf('/', 1) is > 0 and var cut ? cut : target.Length;
        return target[..end].ToUpperInvariant() + target[end..];
    }

    private sealed record Spoof(string Variant, string Title, Func<RawHttpRequest, RawHttpRequest> Change);
}
