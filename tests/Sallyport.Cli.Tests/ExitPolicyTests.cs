using System.Collections.Immutable;
using Sallyport.Cli.Output;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Cli.Tests;

public sealed class ExitPolicyTests
{
    [Theory]
    [InlineData(Severity.Critical, Severity.High, Confidence.Firm, 1)]
    [InlineData(Severity.High, Severity.High, Confidence.Confirmed, 1)]
    [InlineData(Severity.Medium, Severity.High, Confidence.Confirmed, 0)]
    [InlineData(Severity.Medium, Severity.Medium, Confidence.Firm, 1)]
    [InlineData(Severity.Low, Severity.Low, Confidence.Firm, 1)]
    [InlineData(Severity.Critical, Severity.Low, Confidence.Suspect, 0)]
    public void A_finding_gates_from_its_severity_on_and_a_suspicion_never(Severity found, Severity failOn, Confidence confidence, int code) =>
        new ExitPolicy { FailOn = failOn }.Judge(Reports.With(found, confidence), mutualTlsExpected: true).Code.ShouldBe(code);

    [Fact]
    public void None_turns_findings_into_zero_but_not_a_failed_scan()
    {
        var none = new ExitPolicy { FailOn = null };
        none.Judge(Reports.With(Severity.Critical), mutualTlsExpected: false).Code.ShouldBe(0);
        none.Judge(Reports.With(Severity.Critical) with { BudgetCut = true }, mutualTlsExpected: false).Code.ShouldBe(3);
    }

    [Fact]
    public void What_was_not_scanned_is_three_with_a_reason()
    {
        Shortfall(Reports.Clean with { SurveyFailure = "connection refused" }).ShouldContain("connection refused");
        Shortfall(Reports.Clean with { BaselineSucceeded = false, Tested = 0 }).ShouldContain("no valid identity");
        Shortfall(Reports.Clean with { BudgetCut = true }).ShouldContain("the deadline or the budget");
        Shortfall(Reports.Clean, new() { MinCoverage = 81 }).ShouldContain("80 % of what applies was tested, 81 % was demanded");
        Shortfall(Reports.Clean with { Tested = 0, Applicable = 0 }, new() { MinCoverage = 1 }).ShouldContain("0 % of what applies");
        Shortfall(Reports.Clean, new() { Require = ["MTLS-104"] }).ShouldContain("MTLS-104 was required and not tested");
        Shortfall(Reports.Clean, new() { Require = ["MTLS-105"] }).ShouldContain("MTLS-105 was required");
        Shortfall(Reports.Clean with { Checks = [] }, expected: true).ShouldContain("MTLS-002 was not tested although mutual TLS is expected");
    }

    [Fact]
    public void What_was_scanned_is_zero()
    {
        Judge(Reports.Clean, new(), expected: true).Code.ShouldBe(0);
        Judge(Reports.Clean, new() { MinCoverage = 80, Require = ["mtls-001", "MTLS-003"] }).Code.ShouldBe(0);
        Judge(Reports.Clean with { BaselineSucceeded = false }, new()).Code.ShouldBe(0);
        Judge(Reports.Clean with { Checks = ImmutableArray<CheckSummary>.Empty }, new()).Code.ShouldBe(0);
    }

    private static string Shortfall(ScanReport report, ExitPolicy? policy = null, bool expected = false)
    {
        ExitVerdict verdict = Judge(report, policy ?? new(), expected);
        verdict.Code.ShouldBe(3);
        return verdict.Reason.ShouldNotBeNull();
    }

    private static ExitVerdict Judge(ScanReport report, ExitPolicy policy, bool expected = false) => policy.Judge(report, expected);
}
