using Sallyport.Cli.Demo;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Cli.Tests;

public sealed class DemoOutcomeTests
{
    [Fact]
    public void As_expected_when_all_that_is_planted_is_found_and_the_guarded_one_is_clean()
    {
        DemoOutcome.Surprises(Reports.With(Severity.Critical), Reports.Clean, ["MTLS-101"]).ShouldBeEmpty();
        DemoOutcome.Surprises(Reports.With(Severity.Critical), Reports.With(Severity.High, Confidence.Suspect), ["MTLS-101"]).ShouldBeEmpty();
    }

    [Fact]
    public void A_rule_that_another_planted_one_leaves_nothing_to_decide_is_no_surprise()
    {
        ScanReport naked = Reports.With(Severity.Critical);
        ScanReport Masked(string reason) => naked with { Checks = [new() { Id = "MTLS-122", Outcome = "notApplicable", Reason = reason }] };
        DemoOutcome.Surprises(Masked("everybody is served (MTLS-101)"), Reports.Clean, ["MTLS-101", "MTLS-122"]).ShouldBeEmpty();
        DemoOutcome.Surprises(Masked("everybody is served (MTLS-002)"), Reports.Clean, ["MTLS-101", "MTLS-122"]).ShouldHaveSingleItem();
    }

    [Fact]
    public void Everything_else_is_told()
    {
        ScanReport naked = Reports.With(Severity.Critical);
        DemoOutcome.Surprises(naked, Reports.Clean, []).ShouldHaveSingleItem().ShouldContain("nothing that is planted");
        DemoOutcome.Surprises(naked, Reports.Clean, ["MTLS-101", "MTLS-104"]).ShouldBe(["naked: MTLS-104 was planted and not found (not tested: no key)"]);
        DemoOutcome.Surprises(naked, Reports.With(Severity.Low), ["MTLS-101"]).ShouldHaveSingleItem().ShouldStartWith("guarded: MTLS-101 was found");
        DemoOutcome.Surprises(naked, Reports.Clean with { ClientAuthentication = ClientAuthentication.Optional }, ["MTLS-101"]).ShouldBe(["guarded: client certificates are optional, not required"]);
        DemoOutcome.Surprises(naked, Reports.Clean with { SurveyFailure = "gone" }, ["MTLS-101"]).ShouldBe(["guarded: could not be scanned: gone"]);
        DemoOutcome.Surprises(naked with { BaselineSucceeded = false }, Reports.Clean, ["MTLS-101"]).ShouldBe(["naked: alice was not served"]);
        DemoOutcome.Surprises(naked, Reports.Clean with { Partial = true }, ["MTLS-101"]).ShouldBe(["guarded: the scan is not complete"]);
    }
}
