using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Engine;

/// <summary>Runs planned checks. The only place of the scanner that catches whatever a check throws.</summary>
/// <param name="session">The surveyed target; <c>null</c> when it could not be surveyed, and no check is planned to run.</param>
/// <param name="progress">Where the run tells what it does.</param>
/// <param name="time">The clock.</param>
internal sealed class CheckRunner(IScanSession? session, IProgress<ScanProgress>? progress, TimeProvider time)
{
    /// <summary>Checks under way at once. Connections and handshakes have bounds of their own in the transport.</summary>
    private const int AtOnce = 16;

    /// <summary>What a cancelled check has left to restore what it changed, before the scan goes on without it.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);

    /// <summary>How long the control after a check may wait so that one serves the checks that end meanwhile.</summary>
    private static readonly TimeSpan s_together = TimeSpan.FromMilliseconds(250);

    private const string MoreBudget = "--max-requests N, --max-connections N (limits.requests, limits.connections)";
    private const string MoreTime = "--timeout 120s (limits.timeout)";

    private int _done;

    /// <summary>Runs a plan in its order.</summary>
    /// <param name="plan">The plan, most severe first.</param>
    /// <param name="user">The user's cancel.</param>
    /// <param name="deadline">Cancelled by the user's cancel and by the scan's deadline.</param>
    /// <returns>One run for each planned check, whatever happens.</returns>
    public async Task<ImmutableArray<CheckRun>> RunAsync(ImmutableArray<PlannedCheck> plan, CancellationToken user, CancellationToken deadline)
    {
        int running = plan.Count(static one => one.Runs);
        progress?.Report(new ScanProgress.Planned(running, plan.Length));
        var runs = new ConcurrentBag<CheckRun>(plan.Where(static one => !one.Runs).Select(static one => CheckRun.Ended(one.Check.Info, one.Blocked!))); // not running has a reason
        foreach (ImmutableArray<Check> batch in Batches(plan))
        {
            using var ended = new CancellationTokenSource();
            ConcurrentBag<Task> controls = [];

            // No token: a check that can no longer start is reported as such, not lost.
            await Parallel.ForEachAsync(
                batch,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
                async (check, _) =>
                {
                    progress?.Report(new ScanProgress.Started(check.Info.Id, check.Info.Title));
                    CheckRun run = await RunOneAsync(check, user, deadline).ConfigureAwait(false);

                    // The next check needs not wait until this one's control was asked.
                    controls.Add(ConcludeAsync(run));
                }).ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(controls).ConfigureAwait(false);

            async Task ConcludeAsync(CheckRun run)
            {
                run = await HeldAgainstControlAsync(run, Task.Delay(s_together, time, ended.Token), user, deadline).ConfigureAwait(false);
                runs.Add(run);
                progress?.Report(new ScanProgress.Finished(run.Rule.Id, ReportBuilder.OutcomeOf(run.Result.Probes), Interlocked.Increment(ref _done), running));
            }
        }

        bool steady = await SilentRefusalsHoldAsync(deadline).ConfigureAwait(false);
        return [.. runs.Select(run => steady ? run : Shaken(run)).OrderBy(static run => run.Rule.Id, StringComparer.Ordinal)];
    }

    private static IEnumerable<ImmutableArray<Check>> Batches(ImmutableArray<PlannedCheck> plan)
    {
        List<Check> together = [];
        foreach (PlannedCheck planned in plan.Where(static one => one.Runs))
        {
            if (!planned.Alone)
            {
                together.Add(planned.Check);
                continue;
            }

            // What ends sessions or revokes must not run beside a check that holds a server to its answers.
            yield return [.. together];
            together.Clear();
            yield return [planned.Check];
        }

        yield return [.. together];
    }

    private async Task<CheckRun> RunOneAsync(Check check, CancellationToken user, CancellationToken deadline)
    {
        CheckInfo rule = check.Info;
        CheckContext? context = null;
        try
        {
            deadline.ThrowIfCancellationRequested();
            context = session!.ContextFor(rule); // nothing is planned to run without one
            CheckResult result = await SettledAsync(check.RunAsync(context, deadline), deadline).ConfigureAwait(false);
            string? misdeclared = result.Probes.IsDefaultOrEmpty
                ? "it reported no probe"
                : result.Probes.Select(probe => ReportBuilder.Misdeclared(rule, probe)).FirstOrDefault(static error => error is not null);
            return misdeclared is not null ? Broken(rule, misdeclared, misdeclared) : new(rule, result);
        }
        catch (Exception e)
        {
            return WithProved(Cut(rule, e, user, deadline) ?? Broken(rule, e.GetType().Name, Describe(e)), context);
        }
    }

    // What was proved before the check ended early is proved all the same; the rest of it stays not tested.
    private static CheckRun WithProved(CheckRun ended, CheckContext? context) => context is null
        ? ended
        : ended with
        {
            Result = ended.Result with
            {
                Probes = [.. context.Proved.All.Where(probe => ReportBuilder.Misdeclared(ended.Rule, probe) is null), .. ended.Result.Probes],
            },
        };

    private async Task<CheckRun> HeldAgainstControlAsync(CheckRun run, Task patience, CancellationToken user, CancellationToken deadline)
    {
        // A refusal proves something only while the right identity is still let in, and so does an absence: a server that is gone has no shape.
        if (!AsksForControl(run.Rule) || !run.Result.Probes.Any(RestsOnControl))
        {
            return run;
        }

        CheckRun doubt;
        try
        {
            if (await session!.ControlStillHoldsAsync(patience, deadline).ConfigureAwait(false)) // a check that ran has a session
            {
                return run;
            }

            doubt = CheckRun.Ended(run.Rule, new Outcome.NotTested($"the control request of {session.Survey.Caller} no longer succeeded after it"));
        }
        catch (Exception e)
        {
            doubt = Cut(run.Rule, e, user, deadline) ?? Broken(run.Rule, e.GetType().Name, Describe(e));
        }

        // What failed stays failed.
        Outcome undecided = doubt.Result.Probes[0].Outcome;
        return doubt with
        {
            Result = run.Result with
            {
                Probes = [.. run.Result.Probes.Select(probe => RestsOnControl(probe) ? probe with { Outcome = undecided } : probe)],
            },
        };
    }

    private async Task<bool> SilentRefusalsHoldAsync(CancellationToken deadline)
    {
        try
        {
            return session is null || await session.SilentRefusalsHoldAsync(deadline).ConfigureAwait(false);
        }
        catch (Exception e) when (e is BudgetException or OperationCanceledException)
        {
            return false;
        }
    }

    // Which check believed it is not known; the shape of the server's channel rests on no refusal.
    private static CheckRun Shaken(CheckRun run) => !AsksForControl(run.Rule) ? run : run with
    {
        Result = run.Result with
        {
            Probes =
            [
                .. run.Result.Probes.Select(static probe => RestsOnControl(probe)
                    ? probe with { Outcome = new Outcome.NotTested("the server closes connections by chance, and what seemed a refusal by a close did not come again") }
                    : probe),
            ],
        },
    };

    private static bool AsksForControl(CheckInfo rule) => rule.Needs.Contains(Need.Identity) || rule.Needs.Contains(Need.Caller);

    private static bool RestsOnControl(ProbeResult probe) => probe.Outcome is Outcome.Passed or Outcome.NotApplicable;

    /// <summary>The answer to an exception that says the scan ran out of something; <c>null</c> for every other.</summary>
    private static CheckRun? Cut(CheckInfo rule, Exception e, CancellationToken user, CancellationToken deadline) => e switch
    {
        BudgetException budget =>
            CheckRun.Ended(rule, new Outcome.NotTested($"the budget is spent: {budget.What}") { Needs = [MoreBudget] }) with { BudgetCut = true },
        ProbeRefusedException refused =>
            CheckRun.Ended(rule, new Outcome.NotTested(refused.Message) { Needs = refused.Needs is { } needs ? [needs] : [] }),
        OperationCanceledException when user.IsCancellationRequested =>
            CheckRun.Ended(rule, new Outcome.NotTested("the scan was cancelled")) with { Cancelled = true },
        OperationCanceledException when deadline.IsCancellationRequested =>
            CheckRun.Ended(rule, new Outcome.NotTested("the budget is spent: the deadline passed") { Needs = [MoreTime] }) with { BudgetCut = true },
        _ => null,
    };

    private CheckRun Broken(CheckInfo rule, string type, string description)
    {
        progress?.Report(new ScanProgress.Broken(rule.Id, description));
        return CheckRun.Ended(rule, new Outcome.NotTested($"internal error: {type}"));
    }

    /// <summary>What was thrown and where. Never the message: it may quote what was sent.</summary>
    public static string Describe(Exception e) => $"{e.GetType().Name} {e.StackTrace?.Split('\n')[0].Trim() ?? "from an unknown place"}";

    private async Task<CheckResult> SettledAsync(Task<CheckResult> running, CancellationToken deadline)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (deadline.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), cancelled)) // the state given here
        {
            if (await Task.WhenAny(running, cancelled.Task).ConfigureAwait(false) != running)
            {
                // It may be restoring what it changed: it has a while for that, and no more.
                _ = await Task.WhenAny(running, Task.Delay(s_grace, time, CancellationToken.None)).ConfigureAwait(false);
                if (!running.IsCompleted)
                {
                    throw new OperationCanceledException(deadline);
                }
            }
        }

        return await running.ConfigureAwait(false);
    }
}
