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

namespace Sallyport.Scan.Checks.Races;

/// <summary>RACE-002: whether a call that begins after a right was taken away is still served.</summary>
internal sealed class CheckThenUse : Check
{
    private const int Rounds = 10;
    private const int Callers = 3;
    private static readonly TimeSpan s_margin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_after = TimeSpan.FromMilliseconds(300);

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "RACE-002",
        Title = "A right that was taken away is still used",
        Category = Category.TimeOfUse,
        Severity = Severity.High,
        Standards = new() { Cwe = [367], OwaspApi = ["API1:2023", "API5:2023"], PciDss = ["7.3.3"], Asvs = ["8.3.2", "15.4.2"] },
        Mode = ScanMode.Intrusive,
        Needs = [Need.Caller, Need.Operations],
        Why = "A decision that is cached, or made before a wait and used after it, is about the past. Between the answer to who took the right away and the moment the server notices, whoever has lost it goes on.",
        Impact = "Somebody who was locked out reads or changes things afterwards; the owner has been told that it is over.",
        How = "An operation is looked for that gives an identity a right and takes it away again (a grant with its removal, or a role), and a read that needs it: proved one after the other. Then, ten times, the right is given, three connections read without a pause, and it is taken away. "
            + "A read that began more than 50 ms after the removal was answered, by our own clock, and is served like before is a finding. What was there before is brought back.",
        Sources = ["CWE-367", "Herlihy and Wing, Linearizability (1990)"],
        Remedies = LockRows.Decide,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        (GrantedRight? right, string? why) = await GrantedRight.FindAsync(context, cancellationToken).ConfigureAwait(false);
        if (right is null)
        {
            return CheckResult.NotTested($"no right could be given and taken away: {why}", "a description with such an operation, an identity with role: admin, and values for both identities");
        }

        int decided = 0;
        string? doubt = null;
        List<Call> late = [];
        for (int round = 0; round < Rounds && late.Count == 0; round++)
        {
            (ImmutableArray<Call> calls, string? trouble) = await RoundAsync(context, right, cancellationToken).ConfigureAwait(false);
            doubt ??= trouble;
            late.AddRange(calls.Where(call => call.Served));
            decided += trouble is null && calls.Any(call => call.Refused) ? 1 : 0;
        }

        await context.Writes.UndoAsync(right.Restore, cancellationToken).ConfigureAwait(false);
        string name = right.Baseline.Ask.Actor.Name;
        Outcome outcome = late.Count > 0
            ? new Outcome.Failed(new Flaw
            {
                Expected = "Once the removal of a right has been answered, no call that begins later has it.",
                Observed = FormattableString.Invariant($"{late.Count} reads of {name} that began up to {late.Max(call => call.Began.TotalMilliseconds):0} ms after the removal was answered were served like before; later they are refused ({right.Refusal.Detail})."),
                Confidence = Confidence.Confirmed,
                Evidence = [right.Baseline.First.ToEvidence("with the right"), right.Refusal.Exchange.ToEvidence("without it, later"), late[^1].Exchange.ToEvidence(FormattableString.Invariant($"began {late[^1].Began.TotalMilliseconds:0} ms after the removal was answered"))],
            })
            : decided >= Rounds / 2 ? new Outcome.Passed()
            : new Outcome.NotTested($"in only {decided} of {Rounds} rounds the removal was seen to work: {doubt ?? "no read was refused in time"}");
        return new() { Probes = [new(outcome) { Operation = right.Use.Name, Identity = name }] };
    }

    private static async Task<(ImmutableArray<Call> Late, string? Trouble)> RoundAsync(CheckContext context, GrantedRight right, CancellationToken cancellationToken)
    {
        Exchange granted = await context.Writes.WriteAsync(right.Grant, right.Restore, cancellationToken).ConfigureAwait(false);
        if (granted.Status is not (>= 200 and < 300))
        {
            return ([], $"giving the right got: {granted.Summary}");
        }

        if (!await GrantedRight.ServedAsync(context, right.Baseline.Ask, cancellationToken).ConfigureAwait(false))
        {
            return ([], "the right was given and did not come into force");
        }

        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<(long Began, Exchange Exchange)> calls = [];
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(_ => CallAsync(context, right, calls, stop.Token))];
        await Task.Delay(s_margin, context.Time, cancellationToken).ConfigureAwait(false);
        Exchange denied = await context.Transport.ExchangeAsync(right.Deny, cancellationToken).ConfigureAwait(false);
        long acknowledged = context.Time.GetTimestamp();
        await Task.Delay(s_after, context.Time, cancellationToken).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(callers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (denied.Status is not (>= 200 and < 300))
        {
            return ([], $"taking it away got: {denied.Summary}");
        }

        lock (calls)
        {
            return ([.. calls.Select(call => new Call(context.Time.GetElapsedTime(acknowledged, call.Began), call.Exchange, right.IsServed(context, call.Exchange), context.Oracle.Classify(call.Exchange, right.Baseline) is Verdict.Rejected)).Where(call => call.Began > s_margin)], null);
        }
    }

    private static async Task CallAsync(CheckContext context, GrantedRight right, List<(long Began, Exchange Exchange)> calls, CancellationToken cancellationToken)
    {
        LiveConnection live = await context.Transport.ConnectAsync(right.Baseline.Ask, cancellationToken).ConfigureAwait(false);
        await using (live.ConfigureAwait(false))
        {
            while (live.CanSend && !cancellationToken.IsCancellationRequested)
            {
                // The wait for our own rate comes before the clock is read: what counts is when the request is sent, and that is no earlier.
                long began = context.Time.GetTimestamp();
                Exchange exchange = await live.SendAsync(right.Baseline.Ask with { Title = "read" }, cancellationToken).ConfigureAwait(false);
                lock (calls)
                {
                    calls.Add((began, exchange));
                }
            }
        }
    }

    private sealed record Call(TimeSpan Began, Exchange Exchange, bool Served, bool Refused);
}
