using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Proxy;

/// <summary>PROXY-005: other spellings of a refused path.</summary>
internal sealed class PathConfusion : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "PROXY-005",
        Title = "Another spelling of a path is let through",
        Category = Category.ProxyTrust,
        Severity = Severity.High,
        Standards = new() { Cwe = [22, 288, 436], OwaspApi = ["API5:2023"], PciDss = ["6.2.4"], Asvs = ["1.1.1", "1.5.3"] },
        Needs = [Need.Caller],
        Why = "Where one party decides by the path and another one serves it, every difference in how they read it is a way through: case, doubled slashes, dots, parameters, escapes, an end that is cut.",
        Impact = "Operations that a rule refuses are called under another name.",
        How = "Somebody who is refused an operation asks for it under some twenty spellings that byte-level HTTP can send and clients tidy away. The right identity's answer, twice, is a finding.",
        Sources = ["RFC 3986, section 6.2", "RFC 9110, section 4.2.3", "CWE-436"],
        Remedies = TrustNoHeader.Paths,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<DeniedPair> pairs = await DeniedPair.AllAsync(context, cancellationToken).ConfigureAwait(false);
        if (pairs.IsEmpty)
        {
            return CheckResult.NotTested("nobody was found who is refused by HTTP what another gets", "a second account, or an identity with role: admin and an operation that only it may call");
        }

        List<ProbeResult> probes = [];
        foreach (DeniedPair pair in pairs)
        {
            Outcome outcome = await TryAsync(context, pair, cancellationToken).ConfigureAwait(false);
            probes.Add(context.Keep(new(outcome) { Operation = pair.Operation.Name, Identity = pair.Actor.Name }));
        }

        return new() { Probes = [.. probes] };
    }

    /// <summary>Other spellings of a path.</summary>
    /// <param name="target">Path and query.</param>
    internal static IEnumerable<string> Spellings(string target)
    {
        int query = target.IndexOf('?', StringComparison.Ordinal);
        string path = query < 0 ? target : target[..query];
        string rest = query < 0 ? "" : target[query..];
        int second = path.IndexOf('/', 1);
        string first = second < 0 ? path : path[..second];
        string after = second < 0 ? "" : path[second..];
        int last = path.LastIndexOf('/');
        string[] spellings =
        [
            $"{first};/{after.TrimStart('/')}", $"{first};x=1{after}", $"/{path}", $"{first}/{after}", $"/.{path}", $"/%2e{path}", $"/./{path[1..]}", $"/x/..{path}", $"/x/..;{path}", $"/x/%2e%2e{path}", $"/x/..%2f{path[1..]}",
            $"{first.ToUpperInvariant()}{after}", $"/{char.ToUpperInvariant(path[Math.Min(1, path.Length - 1)])}{path[Math.Min(2, path.Length)..]}", $"{path}/", $"{path}/.", $"{path}.", $"{path}..;/", $"{path}%20", $"{path}%09", $"{path}%00", $"{path};.json", $"{path}.json", $"{path}%23", $"{path}%3f",
            path.Length > 1 ? $"/%{(int)path[1]:x2}{path[2..]}" : path, $"{path[..last]}%2f{path[(last + 1)..]}", $"{path[..last]}\\{path[(last + 1)..]}", $"{path[..last]}%5c{path[(last + 1)..]}",
        ];
        return spellings.Where(spelling => spelling != path && spelling.StartsWith('/')).Distinct(StringComparer.Ordinal).Select(spelling => spelling + rest);
    }

    private static async Task<Outcome> TryAsync(CheckContext context, DeniedPair pair, CancellationToken cancellationToken)
    {
        RawHttpRequest request = pair.Baseline.Ask.Request ?? context.ProtectedRequest;
        int decided = 0;
        string? doubt = null;
        foreach (string spelling in Spellings(request.Target))
        {
            Ask ask = pair.Baseline.Ask with { Title = $"{pair.Actor.Name} at {spelling}", Actor = pair.Actor, Request = request with { Target = spelling }, Reusable = false, Pooled = true };
            Verdict verdict = await context.Oracle.JudgeAgainstAsync(ask, pair.Baseline, cancellationToken).ConfigureAwait(false);
            if (verdict is Verdict.Accepted accepted)
            {
                return new Outcome.Failed(new Flaw
                {
                    Expected = $"{pair.Actor.Name} is refused under every spelling, as under {request.Target} ({pair.Refused.Detail}).",
                    Observed = $"Under {spelling} it got what {pair.Baseline.Ask.Actor.Name} gets ({accepted.Detail}).",
                    Confidence = accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
                    Evidence = [pair.Baseline.First.ToEvidence(), pair.Refused.Exchange.ToEvidence(), accepted.Exchange.ToEvidence()],
                    Replay = CurlLine.Of(ask, context.Request),
                });
            }

            // "Not there" is a safe answer to another name; no answer at all is none.
            bool answered = verdict is Verdict.Rejected || (!verdict.WasAccepted && verdict.Judged?.Status is (>= 200 and < 429) or (> 429 and < 500));
            decided += answered ? 1 : 0;
            doubt = answered ? doubt : verdict.Detail;
        }

        return decided > 0 && doubt is null ? new Outcome.Passed() : new Outcome.NotTested(doubt ?? "no spelling was answered");
    }
}
