using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Routing;

public sealed class SharedTicketKeysTests(CheckLab lab)
{
    [Fact]
    public async Task Without_another_place_there_is_nothing_to_compare()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None);
        ScanReport report = await RoutingLab.ScanAsync(lab, new SharedTicketKeys(), server);
        report.ShouldBe("notTested");
    }

    [Fact]
    public async Task A_place_that_resumes_the_targets_session_is_a_fact()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ResumeAcrossNames);
        ScanRequest request = RoutingLab.Request(lab, server);
        request = request with { Origins = [request.Target] };
        ScanReport report = await CheckLab.RunAsync(new SharedTicketKeys(), request);
        report.ShouldBe("passed");
        report.Facts.Where(fact => fact.Id == "MTLS-204").ShouldAllBe(fact => fact.Value.StartsWith("yes, and served"));
        report.Facts.ShouldNotBeEmpty();
    }

    [Fact]
    public Task A_server_that_refuses_the_valid_identity_is_not_tested() => RoutingLab.LeavesUndecidedAsync(lab, new SharedTicketKeys());
}
