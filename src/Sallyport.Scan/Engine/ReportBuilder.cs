using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Reflection;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Engine;

/// <summary>Folds what the checks saw into the report. Pure: same runs, same report.</summary>
internal static class ReportBuilder
{
    /// <summary>The report of a scan.</summary>
    public static ScanReport Build(ScanRequest request, Survey survey, ImmutableArray<CheckRun> runs, ScanClock clock, ScanTally tally)
    {
        var selection = new CheckSelection(request.Only, request.Skip);
        ImmutableArray<CheckRun> counted = [.. runs.Select(run => Selected(run, selection)).OrderBy(static run => run.Rule.Id, StringComparer.Ordinal)];
        ServerStack? stack = request.Stack ?? survey.Stack;
        var factory = new FindingFactory(request, stack);
        ImmutableArray<Finding> findings = Fold.Apply(
            from run in counted
            from probe in run.Result.Probes
            let failed = probe.Outcome as Outcome.Failed
            where failed is not null
            select factory.Of(run.Rule, probe, failed.Flaw));
        ImmutableArray<CheckSummary> checks = [.. counted.Select(static run => Summary(run))];
        ImmutableArray<CheckInfo> rules = [.. counted.Select(static run => run.Rule)];
        int? score = Scoring.Decided(checks, needsEnforcement: true) ? Scoring.ScoreOf(findings) : null;
        return new()
        {
            ToolVersion = ToolVersion,
            Target = request.Target.ToString(),
            Stack = stack,
            StartedAt = clock.StartedAt,
            Duration = clock.Duration,
            Mode = request.Mode,
            Partial = tally.Cancelled || tally.SurveyOutOfTime || counted.Any(static run => run.BudgetCut || run.Cancelled),
            SurveyFailure = survey.Failure,
            BudgetCut = tally.SurveyOutOfTime || counted.Any(static run => run.BudgetCut),
            BaselineSucceeded = survey.BaselineSucceeded,
            Requests = tally.Traffic.Requests,
            RequestsSaved = tally.Traffic.RequestsSaved,
            Connections = tally.Traffic.Connections,
            Score = score,
            Grade = score is { } known ? Scoring.GradeOf(known) : null,
            Tested = checks.Sum(static check => check.Passed + check.Failed),
            Applicable = checks.Sum(static check => check.Passed + check.Failed + check.NotTested),
            ClientAuthentication = AuthenticationOf(survey.Authentication),
            EnforcedAt = (survey.Authentication as AuthVerdict.Enforced)?.Where,
            Categories = Scoring.Categories(rules, checks, findings),
            Checks = checks,
            Rules = rules,
            Findings = findings,
            Facts = [.. counted.SelectMany(static run => run.Result.Facts)],
            Matrix = [.. tally.Matrix.Concat(counted.SelectMany(static run => run.Result.Matrix)).Distinct()],
            Writes = tally.Writes,
            MintedSerials = [.. tally.MintedSerials.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>A check's outcome over its probes: failed, else not tested, else passed, else not applicable.</summary>
    public static string OutcomeOf(ImmutableArray<ProbeResult> probes) =>
        probes.Any(static probe => probe.Outcome is Outcome.Failed) ? "failed"
        : probes.Any(static probe => probe.Outcome is Outcome.NotTested) ? "notTested"
        : probes.Any(static probe => probe.Outcome is Outcome.Passed) ? "passed"
        : "notApplicable";

    /// <summary>Why a failed probe cannot become a finding; <c>null</c> when it can. An error of the check.</summary>
    public static string? Misdeclared(CheckInfo rule, ProbeResult probe) => probe switch
    {
        { Variant: { } variant } when rule.Variants.All(one => one.Slug != variant) => $"variant {variant} is not declared",
        { Outcome: Outcome.Failed { Flaw.Severity: null }, Variant: null } when rule.Severity is null => "a rule of facts reported a weakness",
        _ => null,
    };

    private static string ToolVersion { get; } =
        typeof(ReportBuilder).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    private static CheckRun Selected(CheckRun run, CheckSelection selection)
    {
        ImmutableArray<ProbeResult> probes = [.. run.Result.Probes.Where(probe => selection.Counts(run.Rule, probe.Variant))];
        return probes.IsEmpty
            ? CheckRun.Ended(run.Rule, new Outcome.NotTested("the check said nothing about the selected variants"))
            : run with { Result = run.Result with { Probes = probes } };
    }

    private static CheckSummary Summary(CheckRun run)
    {
        ImmutableArray<ProbeResult> probes = run.Result.Probes;
        string outcome = OutcomeOf(probes);
        List<Outcome.NotTested> open = [.. probes.Select(static probe => probe.Outcome).OfType<Outcome.NotTested>()];
        IEnumerable<string> reasons = outcome switch
        {
            "notTested" => open.Select(static one => one.Reason),
            "notApplicable" => probes.Select(static probe => probe.Outcome).OfType<Outcome.NotApplicable>().Select(static one => one.Reason),
            _ => [],
        };
        string reason = string.Join("; ", reasons.Distinct(StringComparer.Ordinal).Take(3));
        return new()
        {
            Id = run.Rule.Id,
            Outcome = outcome,
            Passed = probes.Count(static probe => probe.Outcome is Outcome.Passed),
            Failed = probes.Count(static probe => probe.Outcome is Outcome.Failed),
            NotApplicable = probes.Count(static probe => probe.Outcome is Outcome.NotApplicable),
            NotTested = open.Count,
            Reason = reason.Length == 0 ? null : reason,
            Needs = [.. open.SelectMany(static one => one.Needs).Distinct(StringComparer.Ordinal)],
        };
    }

    private static ClientAuthentication AuthenticationOf(AuthVerdict verdict) => verdict switch
    {
        AuthVerdict.Enforced => ClientAuthentication.Required,
        AuthVerdict.Optional => ClientAuthentication.Optional,
        AuthVerdict.NotRequested => ClientAuthentication.NotRequested,
        _ => ClientAuthentication.Unknown,
    };
}
