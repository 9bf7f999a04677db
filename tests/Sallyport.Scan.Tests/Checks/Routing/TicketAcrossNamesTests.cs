using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Routing;

public sealed class TicketAcrossNamesTests(CheckLab lab)
{
    [Fact]
    public async Task A_server_that_resumes_under_any_name_fails()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ResumeAcrossNames);
        ScanReport report = await RoutingLab.ScanAsync(lab, new TicketAcrossNames(), server);
        Finding finding = report.Single("MTLS-201");
        finding.Severity.ShouldBe(Severity.Critical);
        finding.Confidence.ShouldBe(Confidence.Confirmed);
        finding.Observed.ShouldContain("TLS 1.2 ticket");
        report.Checks.Single().Failed.ShouldBe(2, "each way is a probe of its own");
    }

    [Fact]
    public async Task Every_identity_that_gets_across_is_the_same_finding()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ResumeAcrossNames);
        ScanRequest request = RoutingLab.Request(lab, server);
        Identity second = CheckLab.Identity(lab.Pki.Other) with { Name = "another" };
        ScanReport report = await CheckLab.RunAsync(new TicketAcrossNames(), request with { Identities = [.. request.Identities, second] });
        report.Checks.Single().Failed.ShouldBeGreaterThan(1, "both get across");
        report.Single("MTLS-201");
    }

    [Fact]
    public async Task A_server_that_binds_tickets_to_names_passes()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None);
        ScanReport report = await RoutingLab.ScanAsync(lab, new TicketAcrossNames(), server);
        report.ShouldBe("passed");
    }

    [Fact]
    public async Task A_server_that_resumes_and_then_answers_421_passes()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ResumeAcrossNames | ServerFlaw.RefuseResumedAtHttp);
        ScanReport report = await RoutingLab.ScanAsync(lab, new TicketAcrossNames(), server);
        report.ShouldBe("passed");
    }

    [Fact]
    public async Task A_server_without_tickets_has_nothing_to_resume()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ResumeAcrossNames, change: script => script with { Tickets = 0, Versions = [Sallyport.Tls.TlsVersion.Tls13] });
        ScanReport report = await RoutingLab.ScanAsync(lab, new TicketAcrossNames(), server);
        report.ShouldBe("notApplicable");
    }

    [Fact]
    public Task A_server_that_refuses_the_valid_identity_is_not_tested() => RoutingLab.LeavesUndecidedAsync(lab, new TicketAcrossNames());
}
