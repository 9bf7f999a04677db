using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Proofs.Broken;

/// <summary>Scans with the whole catalogue, so that no check escapes, and breaks the server at a chosen moment.</summary>
internal static class BrokenScan
{
    /// <summary>Every check there is; the one that waits for a certificate to expire waits for a short one.</summary>
    public static ImmutableArray<Check> Catalogue { get; } =
        [.. CheckCatalog.BuiltIn.Select(static check => check is ExpiryOnLiveConnection ? new ExpiryOnLiveConnection(TimeSpan.FromSeconds(3)) : check)];

    /// <summary>A scan of a site; when the survey is over and the checks are to start, <paramref name="turn"/> is called.</summary>
    /// <param name="request">The scan.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="turn">Breaks the server.</param>
    /// <param name="checks">The checks; all of them by default.</param>
    public static async Task<ScanReport> RunAsync(ScanRequest request, TimeProvider time, Action? turn = null, ImmutableArray<Check> checks = default)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(5)); // a hang ends as a cancelled, partial report: asserted below
        Watch watch = new(turn);
        ScanReport report = await new Scanner(new ScanSessions(time), checks.IsDefault ? Catalogue : checks, time).RunAsync(request, watch, limit.Token);
        watch.Broken.ShouldBeEmpty();
        report.Partial.ShouldBeFalse(Of(report));
        return report;
    }

    /// <summary>What it ended with, for messages.</summary>
    public static string Of(ScanReport report) => string.Join('\n', report.Checks
        .Select(static check => $"{check.Id} {check.Outcome} p{check.Passed} f{check.Failed} a{check.NotApplicable} t{check.NotTested} {check.Reason}")
        .Concat(report.Findings.Select(static finding => $"FINDING {finding.Id}/{finding.Variant} {finding.Severity} {finding.Confidence} {finding.Identity} {finding.Operation}: {finding.Observed}"))
        .Append($"{report.Connections} connections, {report.Requests} requests, {report.Duration.TotalMilliseconds:0} ms; {report.SurveyFailure} baseline {report.BaselineSucceeded}"));

    private sealed class Watch(Action? turn) : IProgress<ScanProgress>
    {
        public ConcurrentQueue<string> Broken { get; } = new();

        public void Report(ScanProgress value)
        {
            switch (value)
            {
                case ScanProgress.Planned:
                    turn?.Invoke();
                    break;
                case ScanProgress.Broken broken:
                    Broken.Enqueue(broken.ToString());
                    break;
            }
        }
    }
}
