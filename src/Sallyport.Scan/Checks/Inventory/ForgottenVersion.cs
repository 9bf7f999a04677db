using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Inventory;

/// <summary>INV-001: whether another version of a protected operation is live and asks for less.</summary>
internal sealed class ForgottenVersion : Check
{
    private const int MostOperations = 3;
    private const int OldestTried = 4;
    private static readonly ImmutableArray<string> Prefixes = ["v1", "v0", "beta", "internal", "old", "legacy", "test", "dev"];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "INV-001",
        Title = "Another version of the API is live and less protected",
        Category = Category.Inventory,
        Severity = Severity.Medium,
        Standards = new() { Cwe = [1059], OwaspApi = ["API9:2023"], PciDss = ["6.3.2"], Asvs = ["15.2.3"] },
        Needs = [Need.Caller, Need.Operations],
        Why = "Old versions stay on the network because some client still needs them, and test and internal ones because nobody remembers them. New protection is built into the current version only.",
        Impact = "The data of the current version is read through the old one, without what the current one demands.",
        How = "Up to three protected operations are asked for under lower version numbers, or under prefixes such as /v1, /beta and /internal where the path has no version, first by the valid "
            + "identity. Where it is answered, the same is asked without any credential, and with the certificate alone and as another account where the current version refuses that. The same answer, twice, is a finding.",
        Sources = ["OWASP API9:2023", "CWE-1059"],
        Remedies = DescribeTruly.Paths,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<ProbeResult> probes = [];
        List<Fact> facts = [];
        int asked = 0;
        foreach (Operation operation in context.Api.Operations.Where(operation => operation.Method == "GET" && !operation.DeclaredPublic && !ProtectedOperations.IsOrdinary(operation.PathTemplate))
            .OrderBy(operation => operation.Name == context.Survey.ProtectedOperation?.Name ? 0 : VersionAt(operation.PathTemplate.Split('/')) >= 0 ? 1 : 2))
        {
            if (asked == MostOperations || await context.Api.AccessAsync(operation, cancellationToken).ConfigureAwait(false) is not Access.Protected { Baseline: var current })
            {
                continue;
            }

            foreach (string path in Others(context, current, first: asked == 0))
            {
                probes.Add(context.Keep(await OneAsync(context, operation, current, path, facts, cancellationToken).ConfigureAwait(false)));
            }

            asked++;
        }

        return probes.Count > 0
            ? new CheckResult { Probes = [.. probes], Facts = [.. facts] }
            : CheckResult.NotTested("no operation that only reads is known to be protected", "an operation that refuses callers without credentials: --protected 'GET /path' (operations.protected)");
    }

    private static int VersionAt(string[] segments) => Array.FindIndex(segments, segment => segment.Length is >= 2 and <= 3 && segment[0] is 'v' or 'V' && segment.AsSpan(1).ContainsAnyExceptInRange('0', '9') is false);

    private static IEnumerable<string> Others(CheckContext context, Baseline current, bool first)
    {
        // A baseline always has a request.
        string target = current.Ask.Request!.Target;
        string root = context.Request.Target.Path;
        string[] segments = target.Split('?')[0].Split('/');
        string query = target.Contains('?', StringComparison.Ordinal) ? target[target.IndexOf('?', StringComparison.Ordinal)..] : "";
        int at = VersionAt(segments);
        IEnumerable<string> others = [];
        if (at >= 0)
        {
            int version = int.Parse(segments[at].AsSpan(1), CultureInfo.InvariantCulture);
            others = Enumerable.Range(1, Math.Min(OldestTried, Math.Max(0, version - 1))).Select(less => $"v{version - less}").Append("v0").Append("beta").Append("internal")
                .Where(name => !name.Equals(segments[at], StringComparison.OrdinalIgnoreCase)).Distinct()
                .Select(name => string.Join('/', (string[])[.. segments[..at], name, .. segments[(at + 1)..]]) + query);
        }
        else if (first)
        {
            others = Prefixes.Select(prefix => $"{root}/{prefix}{target[root.Length..]}");
        }

        return others.Where(path => !OperationMerge.IsExcluded(context.Request, "GET", path));
    }

    private static async Task<ProbeResult> OneAsync(CheckContext context, Operation operation, Baseline current, string path, List<Fact> facts, CancellationToken cancellationToken)
    {
        string name = operation.Name;
        RawHttpRequest request = current.Ask.Request! with { Target = path }; // a baseline always has one
        Ask right = current.Ask with { Title = $"{current.Ask.Actor.Name} at {path}", Request = request, Pooled = true, Reusable = false, Script = null };
        Exchange there = await context.Transport.ExchangeAsync(right, cancellationToken).ConfigureAwait(false);
        if (there.Status is not (>= 200 and < 300))
        {
            return new(there.Status is { } status and < 500 and not 429 and not 408
                ? new Outcome.Passed()
                : new Outcome.NotTested($"{path}: {there.Summary}"))
            { Operation = name, Identity = "none" };
        }

        if (await context.Oracle.LearnAsync(right, cancellationToken).ConfigureAwait(false) is not BaselineResult.Learned { Baseline: var old })
        {
            return new(new Outcome.NotTested($"{path} answers {current.Ask.Actor.Name}, but nothing that can be held against another's answer")) { Operation = name, Identity = "none" };
        }

        ImmutableArray<Actor> weaker = await WeakerAsync(context, current, cancellationToken).ConfigureAwait(false);
        foreach (Actor actor in weaker)
        {
            Verdict verdict = await context.Oracle.JudgeAgainstAsync(old.Ask with { Title = actor.Name, Actor = actor, Reusable = false }, old, cancellationToken).ConfigureAwait(false);
            if (verdict is Verdict.Accepted accepted)
            {
                return new(new Outcome.Failed(new Flaw
                {
                    Expected = "A version that is still live demands what the current one demands; a retired one is gone.",
                    Observed = $"{path} is live and answers {actor.Name} as it answers {current.Ask.Actor.Name} ({accepted.Detail}); {operation.Name} refuses that.",
                    Confidence = accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
                    Evidence = [current.First.ToEvidence(), old.First.ToEvidence(), accepted.Exchange.ToEvidence()],
                    Replay = CurlLine.Of(accepted.Exchange.Ask, context.Request),
                }))
                { Operation = name, Identity = actor.Name };
            }

            if (verdict is Verdict.Undecided && !verdict.SaysNo)
            {
                return new(new Outcome.NotTested($"{path}, {actor.Name}: {verdict.Detail}")) { Operation = name, Identity = actor.Name };
            }
        }

        facts.Add(new("INV-001", "Another version of the API is live", $"{path} answers {current.Ask.Actor.Name} and demands the same as {operation.Name}"));
        return new(weaker.IsEmpty ? new Outcome.NotTested($"{path} is live, and there is no weaker credential to ask with") : new Outcome.Passed()) { Operation = name, Identity = "none" };
    }

    /// <summary>Callers that the current version refuses: nobody, the certificate alone, and another account.</summary>
    private static async Task<ImmutableArray<Actor>> WeakerAsync(CheckContext context, Baseline current, CancellationToken cancellationToken)
    {
        List<Actor> asked = [];
        if (current.Ask.Actor is { Credential: not null, Application: { } identity } && ApplicationCredentials.Has(identity))
        {
            asked.Add(Actor.Of(identity).WithoutApplication());
        }

        // Behind a handshake that refuses whoever has no certificate, only another account shows that an old version asks for less.
        if (context.Api.Identities.FirstOrDefault(one => one.Role is null && one.Name != current.Ask.Actor.Name) is { } other)
        {
            asked.Add(Actor.Of(other));
        }

        List<Actor> weaker = [Actor.Nobody];
        foreach (Actor actor in asked)
        {
            Verdict refused = await context.Shared.OnceAsync(
                $"INV-001 {current.Ask.Request?.Target} {actor.Name}",
                () => context.Oracle.JudgeAgainstAsync(current.Ask with { Title = actor.Name, Actor = actor, Reusable = false }, current, cancellationToken)).ConfigureAwait(false);
            weaker.AddRange(refused is Verdict.Rejected ? [actor] : []);
        }

        return [.. weaker];
    }
}
