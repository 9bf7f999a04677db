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

/// <summary>All switches that can show beside each other, on together, scanned with the whole catalogue in the mode that their rules need: all that they declare is found.</summary>
internal static class GroupSoak
{
    /// <summary>How many declared rules were not found.</summary>
    /// <param name="names">The groups; all of them when empty.</param>
    /// <param name="output">A line a group, and one for every rule that is missing.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static async Task<int> RunAsync(ImmutableArray<string> names, TextWriter output, CancellationToken cancellationToken)
    {
        int missing = 0;
        foreach ((string name, ImmutableArray<Weakness> weaknesses) in SwitchGroups.All.Where(group => names.IsEmpty || names.Contains(group.Name)))
        {
            missing += await MissingAsync(name, weaknesses, output, cancellationToken).ConfigureAwait(false);
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{missing} missing")).ConfigureAwait(false);
        return missing;
    }

    private static async Task<int> MissingAsync(string name, ImmutableArray<Weakness> weaknesses, TextWriter output, CancellationToken cancellationToken)
    {
        Site site = await Site.StartAsync(weaknesses, cancellationToken, thorough: true).ConfigureAwait(false);
        await using ConfiguredAsyncDisposable owned = site.ConfigureAwait(false);
        ScanMode mode = site.ModeNeeded;
        ScanReport report = await site.ScanAsync(mode, cancellationToken).ConfigureAwait(false);
        ImmutableArray<string> found = Site.Found(report);
        ImmutableArray<string> missing = [.. site.Planted.Except(found)];
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{(missing.IsEmpty ? "all" : "NOT ALL")} {name} {mode.ToString().ToLowerInvariant()}: {weaknesses.Length} switches, {site.Planted.Length - missing.Length} of {site.Planted.Length} declared rules found, {report.Duration.TotalSeconds:F1} s{(report.Partial ? ", partial" : "")}{(report.SurveyFailure is { } failure ? ", " + failure : "")}"))
            .ConfigureAwait(false);
        foreach (string id in missing)
        {
            CheckSummary? check = report.Checks.FirstOrDefault(one => one.Id == id);
            IEnumerable<string> planters = weaknesses.Where(one => one.Plants.Contains(id)).Select(one => one.Name);
            await output.WriteLineAsync($"  missing {id} ({string.Join(' ', planters)}): {check?.Outcome ?? "not run"} {check?.Reason}").ConfigureAwait(false);
        }

        await output.WriteLineAsync($"  besides: {string.Join(' ', found.Except(site.Planted))}").ConfigureAwait(false);
        return missing.Length;
    }
}
