using System.Threading.Tasks;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Routing;

public sealed class HostOfAnotherNameTests(CheckLab lab)
{
    [Fact]
    public async Task A_server_that_serves_any_host_fails()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ServeAnyHost);
        ScanReport report = await RoutingLab.ScanAsync(lab, new HostOfAnotherName(), server);
        Finding finding = report.Single("MTLS-211", "other");
        finding.Severity.ShouldBe(Severity.Critical);
        finding.Confidence.ShouldBe(Confidence.Confirmed);
        finding.Identity.ShouldBe("other");
    }

    [Fact]
    public async Task A_server_that_serves_only_the_name_of_the_handshake_passes()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None);
        ScanReport report = await RoutingLab.ScanAsync(lab, new HostOfAnotherName(), server);
        report.ShouldBe("passed");
    }

    [Fact]
    public async Task The_client_without_a_certificate_is_tried_where_one_name_lets_it_in()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ServeAnyHost, ClientCertificatePolicy.NotRequested);
        ScanReport report = await RoutingLab.ScanAsync(lab, new HostOfAnotherName(), server);
        report.Single("MTLS-211", "none").Confidence.ShouldBe(Confidence.Confirmed);
    }

    [Fact]
    public Task A_server_that_refuses_the_valid_identity_is_not_tested() => RoutingLab.LeavesUndecidedAsync(lab, new HostOfAnotherName());
}
