using System;
using System.Collections.Immutable;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Engine;

/// <summary>Runs scans: surveys the target once, plans, runs the checks side by side, and folds what they saw into a report.</summary>
/// <remarks>Holds no state between scans; one scanner may run several at the same time.</remarks>
public sealed class Scanner
{
    private readonly IScanSessions _sessions;
    private readonly ImmutableArray<Check> _catalogue;
    private readonly TimeProvider _time;

    /// <summary>A scanner with every built-in check.</summary>
    /// <param name="time">The clock of deadlines, certificates and the report.</param>
    public Scanner(TimeProvider time)
        : this(new ScanSessions(time), CheckCatalog.BuiltIn, time)
    {
    }

    /// <summary>A scanner with chosen parts.</summary>
    internal Scanner(IScanSessions sessions, ImmutableArray<Check> catalogue, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentNullException.ThrowIfNull(time);
        _sessions = sessions;
        _catalogue = CheckCatalog.Sorted(catalogue);
        _time = time;
    }

    /// <summary>Runs one scan. Whatever the target does, and also when cancelled, it ends with a report.</summary>
    /// <param name="request">What is asked. The caller keeps it alive until the task ends, and disposes it.</param>
    /// <param name="progress">Told what happens, from several threads; <c>null</c> for silence.</param>
    /// <param name="cancellationToken">The user's cancel: what is under way is restored, the report is partial.</param>
    /// <returns>The report; <see cref="ScanReport.SurveyFailure"/> says why when no check could run.</returns>
    public async Task<ScanReport> RunAsync(ScanRequest request, IProgress<ScanProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        DateTimeOffset started = _time.GetUtcNow();
        long start = _time.GetTimestamp();
        using var timer = new CancellationTokenSource(TimeoutOf(request), _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);

        progress?.Report(new ScanProgress.Surveying(request.Target.ToString()));
        IScanSession? session = null;
        try
        {
            Survey survey;
            var tally = new ScanTally();
            try
            {
                session = await _sessions.OpenAsync(request, deadline.Token).ConfigureAwait(false);
                survey = session.Survey;
                session.Watch(record => progress?.Report(new ScanProgress.Wrote(record)));
            }
            catch (Exception e)
            {
                bool outOfTime = e is BudgetException || (e is OperationCanceledException && timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested);
                tally = tally with { SurveyOutOfTime = outOfTime };
                survey = Unsurveyed(SurveyFailure(e, progress, deadline.Token, cancellationToken));
            }

            ScanRequest completed = session?.Complete(request) ?? request;
            ImmutableArray<PlannedCheck> plan = Plan.For(_catalogue, completed, survey);
            ImmutableArray<CheckRun> runs = await new CheckRunner(session, progress, _time).RunAsync(plan, cancellationToken, deadline.Token).ConfigureAwait(false);
            if (session is not null)
            {
                await session.RestoreAsync().ConfigureAwait(false);
            }

            tally = tally with
            {
                Writes = session?.Writes ?? [],
                Cancelled = cancellationToken.IsCancellationRequested,
                Traffic = session?.Traffic ?? default,
                Matrix = session?.Matrix ?? [],
                MintedSerials = session?.MintedSerials ?? [],
            };
            return ReportBuilder.Build(completed, survey, runs, new(started, _time.GetElapsedTime(start)), tally);
        }
        finally
        {
            await CloseAsync(session, progress).ConfigureAwait(false);
        }
    }

    private static TimeSpan TimeoutOf(ScanRequest request) =>
        request.Limits.Timeout ?? (request.Mode == ScanMode.Safe ? TimeSpan.FromSeconds(60) : TimeSpan.FromMinutes(10));

    private static Survey Unsurveyed(string failure) => new() { Address = new IPEndPoint(IPAddress.None, 0), Failure = failure };

    private static string SurveyFailure(Exception e, IProgress<ScanProgress>? progress, CancellationToken deadline, CancellationToken user)
    {
        switch (e)
        {
            case OperationCanceledException when user.IsCancellationRequested:
                return "the scan was cancelled";
            case OperationCanceledException when deadline.IsCancellationRequested:
                return "the deadline passed before the target was surveyed";
            case BudgetException budget:
                return $"the budget was spent before the target was surveyed: {budget.What}";
            default:
                progress?.Report(new ScanProgress.Broken("survey", CheckRunner.Describe(e)));
                return $"internal error: {e.GetType().Name}";
        }
    }

    private static async ValueTask CloseAsync(IScanSession? session, IProgress<ScanProgress>? progress)
    {
        try
        {
            if (session is not null)
            {
                await session.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            // The report is made: a connection that closes badly must not cost it.
            progress?.Report(new ScanProgress.Broken("close", CheckRunner.Describe(e)));
        }
    }
}
