using System.Threading.Tasks;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Routing;

public sealed class NoOrForeignServerNameTests(CheckLab lab)
{
    [Fact]
    public async Task A_lax_default_that_serves_any_host_fails()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ServeAnyHost);
        ScanReport report = await RoutingLab.ScanAsync(lab, new NoOrForeignServerName(), server);
        report.Single("MTLS-212", "other").Severity.ShouldBe(Severity.High);
    }

    [Fact]
    public async Task An_open_default_that_serves_any_host_fails_without_a_certificate()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ServeAnyHost, ClientCertificatePolicy.NotRequested);
        ScanReport report = await RoutingLab.ScanAsync(lab, new NoOrForeignServerName(), server);
        report.Findings.ShouldContain(f => f.Id == "MTLS-212" && f.Identity == "none");
    }

    [Fact]
    public async Task A_strict_default_passes()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ServeAnyHost, secretIsDefault: true);
        ScanReport report = await RoutingLab.ScanAsync(lab, new NoOrForeignServerName(), server);
        report.ShouldBe("passed");
    }

    [Fact]
    public Task A_server_that_refuses_the_valid_identity_is_not_tested() => RoutingLab.LeavesUndecidedAsync(lab, new NoOrForeignServerName());
}
