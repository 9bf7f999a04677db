using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>AUTHZ-001: whether one account reads what another owns.</summary>
internal sealed class ForeignRead : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTHZ-001",
        Title = "One account reads another's objects",
        Category = Category.ObjectAuthorization,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [639], OwaspApi = ["API1:2023"], PciDss = ["7.2.1", "6.2.4"], Asvs = ["8.2.2"] },
        Needs = [Need.Caller, Need.SecondCaller, Need.Operations],
        Why = "The request names the object by its id, and the server loads what is named. Being signed in, with the right certificate even, says who asks; it does not say "
            + "that the object is theirs. Where nobody compares the two, every id is a key that fits every account.",
        Impact = "Any account reads every other account's data by counting, or by ids that it has seen elsewhere.",
        How = "Each operation whose path names an object is asked by its owner, by nobody and with garbage credentials, and by a second account for an object of its own. Then "
            + "the second account asks for the owner's object. Only an answer with a text that the owner alone is shown, twice, is firm (confirmed where expect.matrix denies it); "
            + "an equal answer without such a text is a suspicion.",
        Sources = ["OWASP API Security Top 10 2023, API1", "CWE-639", "OWASP ASVS 5.0, 8.2.2"],
        Remedies = CheckOwner.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<ProbeResult> probes = await PerOperation.AskAsync(context.Readable, (operation, token) => OneAsync(context, operation, token), cancellationToken).ConfigureAwait(false);
        return Accounts.ResultOf(probes, "no known operation only reads");
    }

    private static async Task<ProbeResult> OneAsync(CheckContext context, Operation operation, CancellationToken cancellationToken)
    {
        (ForeignObject? foreign, Outcome? otherwise) = await ForeignObject.FindAsync(context, operation, cancellationToken).ConfigureAwait(false);
        if (foreign?.AskFor(context) is not { } ask)
        {
            return Probe(context, operation, otherwise ?? ApiMap.MissingFor(operation, context.Owner));
        }

        Verdict verdict = await context.Oracle.JudgeAgainstAsync(ask with { Reusable = true }, foreign.Baseline, cancellationToken).ConfigureAwait(false);
        return Probe(context, operation, verdict is Verdict.Accepted accepted
            ? new Outcome.Failed(FlawOf(context, foreign, accepted))
            : Accounts.Refused(verdict, ask.Title));
    }

    private static ProbeResult Probe(CheckContext context, Operation operation, Outcome outcome) => new(outcome) { Operation = operation.Name, Identity = context.Other.Name };

    private static Flaw FlawOf(CheckContext context, ForeignObject foreign, Verdict.Accepted accepted) => new()
    {
        Expected = $"{context.Other.Name} does not get what belongs to {context.Owner.Name}.",
        Observed = accepted.ByMarker
            ? $"{context.Other.Name} asked for {foreign.Path} and got a text that only {context.Owner.Name} is shown, twice ({accepted.Detail})."
            : $"{context.Other.Name} asked for {foreign.Path} and got the same answer as {context.Owner.Name}, twice ({accepted.Detail}); nothing in it is {context.Owner.Name}'s alone.",
        Confidence = Accounts.ConfidenceOf(foreign.Denied, accepted.ByMarker),
        Evidence = [foreign.Baseline.First.ToEvidence($"control: {context.Owner.Name}, the owner"), accepted.Exchange.ToEvidence()],
        Replay = CurlLine.Of(accepted.Exchange.Ask, context.Request),
        Cause = Causes.OwnerNotChecked,
    };
}
