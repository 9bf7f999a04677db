using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Engine;

/// <summary>Decides, before anything runs, which check runs and why the others do not.</summary>
internal static class Plan
{
    /// <summary>The selected checks, most severe first, then by id: what a budget cuts is the least severe, and always the same.</summary>
    public static ImmutableArray<PlannedCheck> For(ImmutableArray<Check> catalogue, ScanRequest request, Survey survey)
    {
        var selection = new CheckSelection(request.Only, request.Skip);
        return
        [
            .. catalogue
                .Where(check => selection.Runs(check.Info))
                .OrderByDescending(static check => WorstSeverity(check.Info))
                .ThenBy(static check => check.Info.Id, StringComparer.Ordinal)
                .Select(check => new PlannedCheck(check, Blocked(check.Info, request, survey), check.RunsAloneIn(request.Mode))),
        ];
    }

    private static int WorstSeverity(CheckInfo rule) =>
        rule.Variants.Select(static variant => (int)variant.Severity).Append(rule.Severity is { } severity ? (int)severity : -1).Max();

    /// <summary>Whether a need is open only because another one is: what to supply is then said once.</summary>
    private static bool Follows(Need need, CheckInfo rule, ScanRequest request, Survey survey) =>
        need == Need.CertificateMatters
        && rule.Needs.Contains(Need.Identity)
        && survey.Authentication is AuthVerdict.Unknown
        && Needs.Unmet(Need.Identity, request, survey) is not null;

    private static Outcome? Blocked(CheckInfo rule, ScanRequest request, Survey survey)
    {
        if (survey.Failure is { } failure)
        {
            return new Outcome.NotTested($"the target could not be surveyed: {failure}");
        }

        // The mode comes last: whoever must supply something for a check that also needs a higher mode is told both.
        List<Outcome> unmet = [.. rule.Needs.Where(need => !Follows(need, rule, request, survey)).Select(need => Needs.Unmet(need, request, survey)).OfType<Outcome>()];
        if (unmet.OfType<Outcome.NotApplicable>().FirstOrDefault() is { } absent)
        {
            return absent;
        }

        if (rule.Mode > request.Mode)
        {
            string mode = rule.Mode.ToString().ToLowerInvariant();
            unmet.Add(new Outcome.NotTested($"it runs in {mode} mode only") { Needs = [$"--mode {mode}"] });
        }

        List<Outcome.NotTested> missing = [.. unmet.OfType<Outcome.NotTested>()];
        return missing.Count == 0
            ? null
            : new Outcome.NotTested(string.Join("; ", missing.Select(static one => one.Reason).Distinct(StringComparer.Ordinal)))
            {
                Needs = [.. missing.SelectMany(static one => one.Needs).Distinct(StringComparer.Ordinal)],
            };
    }
}
