using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>AUTHZ-004: whether a request may say by itself whose data it wants.</summary>
internal sealed partial class ClaimedOwner : Check
{
    private const int MaxOperations = 8;
    private static readonly ImmutableArray<string> s_parameters = ["user_id", "userId", "user", "owner", "account", "account_id", "customer_id", "tenant", "name", "username"];
    private static readonly ImmutableArray<string> s_headers = ["X-User-Id", "X-User", "X-Account-Id", "X-Account", "X-Customer-Id", "X-Tenant-Id", "X-Username", "X-Owner"];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTHZ-004",
        Title = "The request says whose data it wants, and gets it",
        Category = Category.ObjectAuthorization,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [639, 235], OwaspApi = ["API1:2023"], PciDss = ["7.2.1"], Asvs = ["8.2.2"] },
        Needs = [Need.Caller, Need.SecondCaller, Need.Operations],
        Why = "An operation that shows one's own data takes the account from the credential, or from a parameter when there is one. A user_id in the query, an X-User-Id that a gateway "
            + "was to set, the second of two equal parameters, an array or a wildcard then wins over the credential.",
        Impact = "Any account reads every other account's data by naming it.",
        How = "At operations whose path names nobody and whose answer differs between two accounts, the second account sends the first one's values: in parameters and headers that the "
            + "description names or that are usual, once, twice with its own value first, as an array, and as a wildcard. Only a text that the first account alone is shown, twice, is a finding.",
        Sources = ["OWASP API Security Top 10 2023, API1", "CWE-235", "OWASP WSTG-INPV-04 (parameter pollution)"],
        Remedies = CheckOwner.Lists,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<(Operation, Baseline)> ambient = [];
        string? why = null;
        foreach (Operation operation in context.Readable)
        {
            if (ambient.Count == MaxOperations)
            {
                break;
            }

            OwnValues owner = await context.Api.ValuesAsync(operation, context.Owner, cancellationToken).ConfigureAwait(false);
            OwnValues other = await context.Api.ValuesAsync(operation, context.Other, cancellationToken).ConfigureAwait(false);
            if (context.Api.RequestFor(operation, owner.Identity) is not { } theirs || context.Api.RequestFor(operation, other.Identity) is not { } own || PathOf(theirs) != PathOf(own)
                || await context.Api.AccessAsync(operation, cancellationToken).ConfigureAwait(false) is not Access.Protected)
            {
                continue;
            }

            switch (await context.Api.OwnedAsync(operation, context.Owner, context.Other, cancellationToken).ConfigureAwait(false))
            {
                case BaselineResult.Learned { Baseline: { Markers.IsEmpty: false } baseline }:
                    ambient.Add((operation, baseline));
                    break;
                case BaselineResult.Failed failed:
                    why ??= failed.Reason;
                    break;
            }
        }

        if (ambient.Count == 0)
        {
            return why is null
                ? CheckResult.NotApplicable("no known operation takes the account from the credential alone")
                : CheckResult.NotTested($"no operation is known that shows each account its own: {why}");
        }

        return new() { Probes = [.. await Task.WhenAll(ambient.Select(async one => context.Keep(await OneAsync(context, one.Item1, one.Item2, cancellationToken).ConfigureAwait(false)))).ConfigureAwait(false)] };
    }

    private static string PathOf(RawHttpRequest request) => request.Target.Split('?')[0];

    private static async Task<ProbeResult> OneAsync(CheckContext context, Operation operation, Baseline baseline, CancellationToken cancellationToken)
    {
        ProbeResult Probe(Outcome outcome) => new(outcome) { Operation = operation.Name, Identity = context.Other.Name };
        OwnValues other = await context.Api.ValuesAsync(operation, context.Other, cancellationToken).ConfigureAwait(false);
        if (context.Api.AskFor(operation, other.Identity, Actor.Of(context.Other)) is not { Request: { } plain } ask
            || await context.Api.BaselineAsync(operation, context.Other, cancellationToken).ConfigureAwait(false) is not BaselineResult.Learned { Baseline: var own })
        {
            return Probe(new Outcome.NotTested($"{context.Other.Name} does not get its own there"));
        }

        string? doubt = null;
        foreach ((string what, RawHttpRequest request) in Requests(context, operation, plain))
        {
            Ask claiming = ask with { Title = $"{context.Other.Name}, {what}", Request = request };
            Verdict verdict = await context.Oracle.JudgeAgainstAsync(claiming, baseline, cancellationToken).ConfigureAwait(false);
            if (verdict is Verdict.Accepted { ByMarker: true } accepted)
            {
                return Probe(new Outcome.Failed(FlawOf(context, operation, what, baseline, accepted)));
            }

            // Its own answer, or a refusal, is the right one.
            if (verdict is not Verdict.Rejected && (verdict.Judged is not { } judged || context.Oracle.Classify(judged, own) is not Verdict.Accepted))
            {
                doubt ??= $"{what}: {verdict.Detail}";
            }
        }

        return Probe(doubt is null ? new Outcome.Passed() : new Outcome.NotTested(doubt));
    }

    /// <summary>All usual names at once, a request for each way of writing them: what is found is found with few requests.</summary>
    private static IEnumerable<(string What, RawHttpRequest Request)> Requests(CheckContext context, Operation operation, RawHttpRequest plain)
    {
        ImmutableArray<string> described = [.. operation.Parameters.Where(static one => one.In == "query" && Account().IsMatch(one.Name)).Select(static one => one.Name)];
        ImmutableArray<string> headers = [.. operation.Parameters.Where(static one => one.In == "header" && Account().IsMatch(one.Name)).Select(static one => one.Name).Union(s_headers, StringComparer.OrdinalIgnoreCase)];
        ImmutableArray<string> parameters = [.. described.Union(s_parameters, StringComparer.Ordinal)];
        // What names the account comes before what names one of its objects.
        string[] values =
        [
            .. context.Owner.Values.Where(static one => Account().IsMatch(one.Key) || one.Key is "id" or "sub").OrderBy(static one => one.Key, StringComparer.Ordinal).Select(static one => one.Value)
                .Append(context.Owner.Name).Distinct(StringComparer.Ordinal).Where(value => !context.Other.Values.ContainsValue(value)).OrderBy(value => value == context.Owner.Name ? 0 : 1).Take(2),
        ];
        foreach (string value in values)
        {
            yield return ($"with {value} in the query", Query(plain, parameters.Select(name => (name, value))));
            yield return ($"with {context.Other.Name} and then {value} in the query", Query(plain, parameters.SelectMany(name => new[] { (name, context.Other.Name), (name, value) })));
            yield return ($"with {value} and then {context.Other.Name} in the query", Query(plain, parameters.SelectMany(name => new[] { (name, value), (name, context.Other.Name) })));
            yield return ($"with {value} as an array in the query", Query(plain, parameters.Select(name => (name + "[]", value))));
            yield return ($"with {value} in headers", plain with { Headers = [.. plain.Headers.Where(one => !headers.Contains(one.Name, StringComparer.OrdinalIgnoreCase)), .. headers.Select(name => new HttpHeader(name, value))] });
        }

        yield return ("with a wildcard in the query", Query(plain, parameters.Select(static name => (name, "*"))));
    }

    private static RawHttpRequest Query(RawHttpRequest plain, IEnumerable<(string Name, string Value)> pairs)
    {
        // A required parameter of the plain request is claimed too, not sent beside itself.
        string path = PathOf(plain);
        string[] names = [.. pairs.Select(static pair => pair.Name).Distinct(StringComparer.Ordinal)];
        string[] kept = plain.Target.Contains('?', StringComparison.Ordinal)
            ? [.. plain.Target[(plain.Target.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&').Where(pair => !names.Contains(Uri.UnescapeDataString(pair.Split('=')[0])))]
            : [];
        return plain with { Target = path + "?" + string.Join('&', [.. kept, .. pairs.Select(static pair => $"{Uri.EscapeDataString(pair.Name).Replace("%5B%5D", "[]", StringComparison.Ordinal)}={Uri.EscapeDataString(pair.Value)}")]) };
    }

    private static Flaw FlawOf(CheckContext context, Operation operation, string what, Baseline baseline, Verdict.Accepted accepted) => new()
    {
        Expected = $"Whatever the request says, {context.Other.Name} gets its own data or a refusal.",
        Observed = $"{context.Other.Name} asked for {operation.Name} {what} and got a text that only {context.Owner.Name} is shown, twice ({accepted.Detail}).",
        Confidence = MatrixRows.Of(context.Request).For(context.Other.Name, operation, operation.PathTemplate) is { Allows: false } ? Confidence.Confirmed : Confidence.Firm,
        Evidence = [baseline.First.ToEvidence($"control: {context.Owner.Name}"), accepted.Exchange.ToEvidence()],
        Replay = CurlLine.Of(accepted.Exchange.Ask, context.Request),
    };

    [GeneratedRegex("user|owner|account|customer|tenant|member|client|profile|login|name", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Account();
}
