using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Races;

/// <summary>RACE-005: whether a thousand interleaved calls of two identities are told apart.</summary>
internal sealed class MixedAnswers : Check
{
    private const int Requests = 1_000;
    private const int ConnectionsEach = 4;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "RACE-005",
        Title = "Under load one identity gets another's answers",
        Category = Category.TimeOfUse,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [362, 488], OwaspApi = ["API1:2023", "API2:2023"], PciDss = ["7.2.1"], Asvs = ["15.4.1"] },
        Mode = ScanMode.Intrusive,
        Needs = [Need.Caller, Need.SecondCaller, Need.Operations],
        Why = "An identity that is kept in a field of a shared object, in a thread or in a pooled connection is right as long as one call runs at a time. Under load the next call finds the one before.",
        Impact = "Users read and change each other's data at random, without anybody attacking.",
        How = "Two identities send a thousand requests for their own resource in all, over four kept-alive connections each, without a pause. The other's marker in an answer, which stands in no answer of one's own, is the proof; nothing else is.",
        Sources = ["CWE-488", "CWE-362", "GitHub, how we found and fixed a rare race condition in our session handling (2021)"],
        Remedies = LockRows.Identities,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Api.Ordinary is not [var first, var second, ..])
        {
            return CheckResult.NotTested("no second valid identity of the lowest role was given", "identities");
        }

        string? why = null;
        (Operation Operation, Baseline One, Baseline Two)? found = null;
        foreach (Operation operation in context.Api.Operations.Where(one => one.Method == "GET").OrderBy(one => one.Name == context.Survey.ProtectedOperation?.Name ? 0 : 1).Take(5))
        {
            BaselineResult ofFirst = await context.Api.OwnedAsync(operation, first, second, cancellationToken).ConfigureAwait(false);
            BaselineResult ofSecond = await context.Api.OwnedAsync(operation, second, first, cancellationToken).ConfigureAwait(false);
            if (ofFirst is BaselineResult.Learned { Baseline: { Markers.IsEmpty: false } one } && ofSecond is BaselineResult.Learned { Baseline: { Markers.IsEmpty: false } two })
            {
                // The markers of a page are its lines, and a line may hold what belongs to the session and not to its owner.
                bool data = one.First.Answer is { } answer && SampleFields.Object(answer) is not null;
                found = data || found is null ? (operation, one, two) : found;
                if (data)
                {
                    break;
                }
            }

            why ??= (ofFirst as BaselineResult.Failed ?? ofSecond as BaselineResult.Failed)?.Reason;
        }

        if (found is { } chosen)
        {
            return await InterleaveAsync(context, chosen.Operation, chosen.One, chosen.Two, cancellationToken).ConfigureAwait(false);
        }

        return CheckResult.NotTested($"there is no marker that only one of the two identities is shown{(why is null ? "" : $": {why}")}", "identities.NAME.values for both, so that each asks for its own resource");
    }

    private static async Task<CheckResult> InterleaveAsync(CheckContext context, Operation operation, Baseline one, Baseline two, CancellationToken cancellationToken)
    {
        Tally tally = new();
        IEnumerable<Task> callers = Enumerable.Range(0, ConnectionsEach).SelectMany(_ => new[] { CallAsync(context, one, two, tally, cancellationToken), CallAsync(context, two, one, tally, cancellationToken) });
        await Task.WhenAll(callers).ConfigureAwait(false);
        string pair = $"{one.Ask.Actor.Name} and {two.Ask.Actor.Name}";
        Outcome outcome = tally.Foreign is { } foreign
            ? new Outcome.Failed(new Flaw
            {
                Expected = "Each identity gets its own answers, however many ask at once.",
                Observed = FormattableString.Invariant($"After {tally.Answered} interleaved answers {foreign.Exchange.Ask.Actor.Name} got one with the marker of {foreign.Victim}."),
                Confidence = Confidence.Confirmed,
                Evidence = [one.First.ToEvidence(), two.First.ToEvidence(), foreign.Exchange.ToEvidence("the answer with the other's marker")],
                Cause = Causes.IdentitiesMixed,
            })
            : tally.Right >= Requests * 9 / 10 ? new Outcome.Passed()
            : new Outcome.NotTested(FormattableString.Invariant($"only {tally.Right} of {Requests} interleaved requests were answered as before: {tally.Other?.Summary}"));
        return new() { Probes = [new(outcome) { Operation = operation.Name, Identity = pair }] };
    }

    private static async Task CallAsync(CheckContext context, Baseline own, Baseline other, Tally tally, CancellationToken cancellationToken)
    {
        int left = Requests / (2 * ConnectionsEach);
        int connections = 0;
        while (left > 0 && tally.Foreign is null && connections++ < 10)
        {
            Ask ask = own.Ask with { Reusable = false, Pooled = false, Script = null, Title = $"{own.Ask.Actor.Name}, interleaved" };
            LiveConnection live = await context.Transport.ConnectAsync(ask, cancellationToken).ConfigureAwait(false);
            await using (live.ConfigureAwait(false))
            {
                for (; left > 0 && live.CanSend && tally.Foreign is null; left--)
                {
                    Exchange exchange = await live.SendAsync(ask, cancellationToken).ConfigureAwait(false);
                    bool foreign = context.Oracle.Classify(exchange, other) is Verdict.Accepted { ByMarker: true };
                    tally.Count(exchange, context.Oracle.Classify(exchange, own) is Verdict.Accepted, foreign ? other.Ask.Actor.Name : null);
                }
            }
        }
    }

    private sealed class Tally
    {
        private readonly Lock _gate = new();

        public int Answered { get; private set; }

        public int Right { get; private set; }

        public Exchange? Other { get; private set; }

        public (Exchange Exchange, string Victim)? Foreign { get; private set; }

        public void Count(Exchange exchange, bool right, string? victim)
        {
            lock (_gate)
            {
                Answered += exchange.Answer is null ? 0 : 1;
                Right += right ? 1 : 0;
                Other = right ? Other : exchange;
                Foreign ??= victim is null ? null : (exchange, victim);
            }
        }
    }
}
