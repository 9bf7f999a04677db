using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Soak;

/// <summary>Scans of the strict sample, each on an API with new certificates, tokens and data: whatever is found is a false alarm.</summary>
internal static class ScanSoak
{
    private const int Told = 25;

    /// <summary>How many scans found something, or could not be made.</summary>
    /// <param name="count">How many scans.</param>
    /// <param name="mode">What their probes may do.</param>
    /// <param name="output">A line for every few scans, and for every false alarm.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static async Task<int> RunAsync(int count, ScanMode mode, TextWriter output, CancellationToken cancellationToken)
    {
        int wrong = 0;
        long passed = 0;
        for (int i = 1; i <= count; i++)
        {
            Site site = await Site.StartAsync([], cancellationToken).ConfigureAwait(false);
            await using ConfiguredAsyncDisposable owned = site.ConfigureAwait(false);
            ScanReport report = await site.ScanAsync(mode, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested(); // a scan that was cut short says nothing
            passed += report.Checks.Count(check => check.Outcome == "passed");
            if (report.Findings.IsEmpty && report is { SurveyFailure: null, BaselineSucceeded: true, Partial: false })
            {
                await TellAsync(i, wrong).ConfigureAwait(false);
                continue;
            }

            wrong++;
            await output.WriteLineAsync(Number($"scan {i}: {report.Findings.Length} findings, partial {report.Partial}, {report.SurveyFailure ?? "surveyed"}")).ConfigureAwait(false);
            foreach (Finding finding in report.Findings)
            {
                await output.WriteLineAsync($"  {finding.Id} {finding.Operation} {finding.Identity} {finding.Confidence}: {finding.Observed}").ConfigureAwait(false);
            }
        }

        await output.WriteLineAsync(Number($"{count} scans in {mode.ToString().ToLowerInvariant()} mode, {wrong} wrong, {(count == 0 ? 0 : passed / count)} rules passed in each on average")).ConfigureAwait(false);
        return wrong;

        Task TellAsync(int done, int bad) => done % Told == 0 ? output.WriteLineAsync(Number($"{done} scans, {bad} wrong")) : Task.CompletedTask;
    }

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
