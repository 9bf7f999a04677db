using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Soak;

/// <summary>Every switch of the sample alone, scanned with the whole catalogue in the mode that its rules need: exactly the declared rules are found.</summary>
internal static class SwitchSoak
{
    /// <summary>How many switches gave something else than they declare.</summary>
    /// <param name="names">The switches, <c>strict</c>; all of them when empty.</param>
    /// <param name="output">One line a switch.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static async Task<int> RunAsync(ImmutableArray<string> names, TextWriter output, CancellationToken cancellationToken)
    {
        int wrong = 0;
        foreach ((string name, ImmutableArray<Weakness> weaknesses) in Chosen(names))
        {
            wrong += await IsExactAsync(name, weaknesses, output, cancellationToken).ConfigureAwait(false) ? 0 : 1;
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{wrong} wrong")).ConfigureAwait(false);
        return wrong;
    }

    private static IEnumerable<(string Name, ImmutableArray<Weakness> Weaknesses)> Chosen(ImmutableArray<string> names)
    {
        IEnumerable<(string Name, ImmutableArray<Weakness> Weaknesses)> all =
            Weakness.All.Select(weakness => (weakness.Name, ImmutableArray.Create(weakness))).Append(("strict", []));
        return names.IsEmpty ? all : all.Where(one => names.Contains(one.Name, StringComparer.Ordinal));
    }

    private static async Task<bool> IsExactAsync(string name, ImmutableArray<Weakness> weaknesses, TextWriter output, CancellationToken cancellationToken)
    {
        Site site = await Site.StartAsync(weaknesses, cancellationToken).ConfigureAwait(false);
        await using ConfiguredAsyncDisposable owned = site.ConfigureAwait(false);

        // Without a switch nothing may be found in any mode.
        ScanMode mode = weaknesses.IsEmpty ? ScanMode.Intrusive : site.ModeNeeded;
        ScanReport report = await site.ScanAsync(mode, cancellationToken).ConfigureAwait(false);
        ImmutableArray<string> found = Site.Found(report);
        ImmutableArray<string> missing = [.. site.Planted.Except(found)];
        ImmutableArray<string> surplus = [.. found.Except(site.Planted)];
        bool exact = missing.IsEmpty && surplus.IsEmpty && report.SurveyFailure is null;
        string verdict = exact ? "exact" : "WRONG";
        string seconds = report.Duration.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
        await output.WriteLineAsync($"{verdict} {name} {mode.ToString().ToLowerInvariant()} {seconds}s: {string.Join(' ', found)}").ConfigureAwait(false);
        foreach (string id in missing)
        {
            CheckSummary? check = report.Checks.FirstOrDefault(one => one.Id == id);
            await output.WriteLineAsync($"  missing {id}: {check?.Outcome ?? "not run"} {check?.Reason}").ConfigureAwait(false);
        }

        foreach (Finding finding in report.Findings.Where(one => surplus.Contains(one.Id) || one.AlsoMatches.Any(surplus.Contains)))
        {
            await output.WriteLineAsync($"  surplus {finding.Id} ({string.Join(' ', finding.AlsoMatches)}) {finding.Operation} {finding.Confidence}: {finding.Observed}").ConfigureAwait(false);
        }

        return exact;
    }
}
