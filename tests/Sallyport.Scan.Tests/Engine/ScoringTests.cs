using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Engine;

public sealed class ScoringTests
{
    private static readonly Arbitrary<Finding[]> s_findings = Gen.ArrayOf(
        from severity in Gen.Elements(Enum.GetValues<Severity>())
        from confidence in Gen.Elements(Enum.GetValues<Confidence>())
        select Finding(severity, confidence)).ToArbitrary();

    [Fact]
    public void One_more_finding_never_raises_the_score() => Prop.ForAll(s_findings, static findings =>
    {
        int all = Scoring.ScoreOf(findings);
        return Enumerable.Range(0, findings.Length).All(left => Scoring.ScoreOf(findings.Where((_, index) => index != left)) >= all);
    }).Check(Two_hundred());

    [Fact]
    public void A_worse_finding_never_scores_better() => Prop.ForAll(s_findings, static findings =>
        findings.Index().All(one => one.Item.Severity == Severity.Critical
            || Scoring.ScoreOf(findings.Select((finding, index) => index == one.Index ? finding with { Severity = finding.Severity + 1 } : finding)) <= Scoring.ScoreOf(findings)))
        .Check(Two_hundred());

    [Fact]
    public void The_order_of_findings_does_not_matter() => Prop.ForAll(s_findings, static findings =>
        Scoring.ScoreOf(findings) == Scoring.ScoreOf(findings.Reverse())).Check(Two_hundred());

    [Fact]
    public void A_suspicion_never_counts() => Prop.ForAll(s_findings, static findings =>
        Scoring.ScoreOf(findings) == Scoring.ScoreOf(findings.Where(static one => one.Confidence != Confidence.Suspect))).Check(Two_hundred());

    [Fact]
    public void The_score_stays_between_0_and_100_and_under_the_cap_of_the_worst() => Prop.ForAll(s_findings, static findings =>
    {
        int score = Scoring.ScoreOf(findings);
        string grade = Scoring.GradeOf(score);
        Severity? worst = findings.Where(static one => one.Confidence != Confidence.Suspect).Select(static one => (Severity?)one.Severity).Max();
        return score is >= 0 and <= 100 && worst switch
        {
            Severity.Critical => grade == "F",
            Severity.High => grade is "D" or "F",
            Severity.Medium => grade != "A",
            _ => true,
        };
    }).Check(Two_hundred());

    [Theory]
    [InlineData("", 100, "A")]
    [InlineData("c", 50, "F")]
    [InlineData("h", 69, "D")]
    [InlineData("hh", 56, "F")]
    [InlineData("m", 89, "B")]
    [InlineData("mm", 81, "B")]
    [InlineData("mmm", 72, "C")]
    [InlineData("l", 98, "A")]
    [InlineData("lllll", 90, "A")]
    [InlineData("llllll", 88, "B")]
    public void The_document_gives_these_examples(string severities, int score, string grade)
    {
        Finding[] findings = [.. severities.Select(static letter => Finding(
            letter switch { 'c' => Severity.Critical, 'h' => Severity.High, 'm' => Severity.Medium, _ => Severity.Low }, Confidence.Firm))];

        Scoring.ScoreOf(findings).ShouldBe(score);
        Scoring.GradeOf(score).ShouldBe(grade);
    }

    [Fact]
    public void There_is_no_score_when_nothing_was_tested_or_enforcement_was_not()
    {
        CheckSummary decided = new() { Id = "MTLS-002", Outcome = "passed", Passed = 1 };
        CheckSummary open = new() { Id = "MTLS-002", Outcome = "notTested", NotTested = 1 };
        CheckSummary other = new() { Id = "TLS-001", Outcome = "passed", Passed = 1 };

        Scoring.Decided([decided], needsEnforcement: true).ShouldBeTrue();
        Scoring.Decided([open, other], needsEnforcement: true).ShouldBeFalse();
        Scoring.Decided([other], needsEnforcement: true).ShouldBeFalse();
        Scoring.Decided([other], needsEnforcement: false).ShouldBeTrue();
        Scoring.Decided([open], needsEnforcement: false).ShouldBeFalse();
        Scoring.Decided([], needsEnforcement: false).ShouldBeFalse();
    }

    [Fact]
    public void Each_category_is_scored_by_its_own_findings_and_mutual_tls_needs_its_enforcement_decided()
    {
        CheckInfo[] rules = [FakeCheck.Rule("MTLS-104"), FakeCheck.Rule("TLS-001", category: Category.Encryption)];
        CheckSummary[] checks = [new() { Id = "MTLS-104", Outcome = "passed", Passed = 1 }, new() { Id = "TLS-001", Outcome = "failed", Failed = 1 }];

        IEnumerable<CategoryScore> scores = Scoring.Categories(rules, checks, [Finding(Severity.Low, Confidence.Firm) with { Category = Category.Encryption }]);

        scores.ShouldBe([new(Category.Encryption, 98, "A"), new(Category.MutualTls, null, null)]);
    }

    internal static Finding Finding(Severity severity, Confidence confidence, string id = "TLS-001", string? operation = null, string? identity = null, string? cause = null) => new()
    {
        Id = id,
        Title = "",
        Category = Category.MutualTls,
        Severity = severity,
        Confidence = confidence,
        Operation = operation,
        Identity = identity,
        Expected = "",
        Observed = "",
        Replay = "",
        Fingerprint = $"{id}|{operation}|{identity}",
        Standards = new(),
        Remedy = new(null, ""),
        Cause = cause,
    };

    private static FsCheck.Config Two_hundred() => FsCheck.Config.QuickThrowOnFailure.WithMaxTest(200);
}
