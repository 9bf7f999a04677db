using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>AUTHZ-003: whether another's child is served below one's own parent.</summary>
internal sealed class MixedParents : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTHZ-003",
        Title = "Another's object is served below one's own parent",
        Category = Category.ObjectAuthorization,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [639], OwaspApi = ["API1:2023"], PciDss = ["7.2.1"], Asvs = ["8.2.2"] },
        Needs = [Need.Caller, Need.SecondCaller, Need.Operations],
        Why = "In /accounts/{account}/orders/{order} the first id is checked and the second is looked up by itself. The caller's own parent opens the door, and nobody asks "
            + "whether the child belongs to it.",
        Impact = "Any account reads every other account's objects by putting their ids below its own parent.",
        How = "At operations whose path names a parent and a child, a second account asks for its own parent with the owner's child. Only an answer with a text that the owner "
            + "alone is shown, twice, is firm; an equal answer without one is a suspicion.",
        Sources = ["OWASP API Security Top 10 2023, API1", "CWE-639"],
        Remedies = CheckOwner.Nested,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        IEnumerable<Operation> nested = context.Readable.Where(static operation => operation.PathTemplate.Count(static c => c == '{') > 1);
        ImmutableArray<ImmutableArray<ProbeResult>> probes = await PerOperation.AskAsync(nested, (operation, token) => OneAsync(context, operation, token), cancellationToken).ConfigureAwait(false);
        return Accounts.ResultOf([.. probes.SelectMany(static one => one)], "no known operation that only reads names a parent and a child in its path");
    }

    /// <summary>The paths that begin as one account's and end as another's, one for each place where they can change over.</summary>
    /// <param name="template">The path with its parameters.</param>
    /// <param name="own">The path of the one who asks.</param>
    /// <param name="foreign">The path of the owner.</param>
    internal static ImmutableArray<string> Mixed(string template, string own, string foreign)
    {
        string[] places = template.Split('/');
        (string query, string[] mine, string[] theirs) = (Query(foreign), Path(own).Split('/'), Path(foreign).Split('/'));
        // A value with a slash in it is escaped, so all three have the same segments.
        if (places.Length != mine.Length || places.Length != theirs.Length)
        {
            return [];
        }

        IEnumerable<int> changes = places.Index().Where(static one => one.Item.Contains('{', StringComparison.Ordinal)).Select(static one => one.Index).Skip(1);
        return
        [
            .. changes.Select(at => string.Join('/', [.. mine[..at], .. theirs[at..]]) + query)
                .Where(path => path != own && path != foreign).Distinct(StringComparer.Ordinal),
        ];
    }

    private static string Path(string target) => target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? target[..at] : target;

    private static string Query(string target) => target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? target[at..] : "";

    private static async Task<ImmutableArray<ProbeResult>> OneAsync(CheckContext context, Operation operation, CancellationToken cancellationToken)
    {
        (ForeignObject? foreign, Outcome? otherwise) = await ForeignObject.FindAsync(context, operation, cancellationToken).ConfigureAwait(false);
        if (foreign?.AskFor(context) is not { Request: { } request } ask)
        {
            return [Probe(context, operation, otherwise ?? ApiMap.MissingFor(operation, context.Owner))];
        }

        var probes = ImmutableArray.CreateBuilder<ProbeResult>();
        foreach (string path in Mixed(operation.PathTemplate, foreign.OwnPath, foreign.Path))
        {
            Ask mixed = ask with { Title = $"{context.Other.Name} at its own parent, with the child of {context.Owner.Name}", Request = request with { Target = context.Request.Target.Path + path } };
            Verdict verdict = await context.Oracle.JudgeAgainstAsync(mixed, foreign.Baseline, cancellationToken).ConfigureAwait(false);
            probes.Add(Probe(context, operation, verdict is Verdict.Accepted accepted
                ? new Outcome.Failed(FlawOf(context, foreign, path, accepted))
                : Accounts.Refused(verdict, mixed.Title)));
        }

        return probes.Count > 0 ? probes.ToImmutable() : [Probe(context, operation, new Outcome.NotApplicable("parent or child is the same for both accounts"))];
    }

    private static ProbeResult Probe(CheckContext context, Operation operation, Outcome outcome) => new(outcome) { Operation = operation.Name, Identity = context.Other.Name };

    private static Flaw FlawOf(CheckContext context, ForeignObject foreign, string path, Verdict.Accepted accepted) => new()
    {
        Expected = $"A child of {context.Owner.Name} is not served below a parent of {context.Other.Name}.",
        Observed = $"{context.Other.Name} asked for {path} and got {(accepted.ByMarker ? $"a text that only {context.Owner.Name} is shown" : $"the answer of {context.Owner.Name}")}, twice ({accepted.Detail}).",
        Confidence = Accounts.ConfidenceOf(foreign.Denied, accepted.ByMarker),
        Evidence = [foreign.Baseline.First.ToEvidence($"control: {context.Owner.Name}, the owner"), accepted.Exchange.ToEvidence()],
        Replay = CurlLine.Of(accepted.Exchange.Ask, context.Request),
        Cause = Causes.OwnerNotChecked,
    };
}
