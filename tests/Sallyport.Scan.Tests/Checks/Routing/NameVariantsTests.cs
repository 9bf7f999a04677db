using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Routing;

public sealed class NameVariantsTests(CheckLab lab)
{
    [Fact]
    public async Task A_server_that_does_not_know_the_name_with_a_dot_fails()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ServeAnyHost, ClientCertificatePolicy.NotRequested);
        ScanReport report = await RoutingLab.ScanAsync(lab, new NameVariants(), server);
        report.Findings.ShouldContain(f => f.Id == "MTLS-213" && f.Identity == "none" && f.Observed.Contains("dot after the server name"));
    }

    [Fact]
    public async Task A_server_that_does_not_know_the_name_in_punycode_fails_and_the_hello_that_got_through_is_shown()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ServeAnyHost, ClientCertificatePolicy.NotRequested);
        ScanReport report = await RoutingLab.ScanAsync(lab, new NameVariants(), server);
        Finding finding = report.Findings.First(f => f.Id == "MTLS-213" && f.Identity == "none");
        finding.Observed.ShouldContain("with the first label as Punycode of itself");
        finding.Evidence.ShouldContain(evidence => evidence.Title == "with the first label as Punycode of itself" && evidence.Sent.Contains("xn--secret-.test", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_strict_default_passes()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ServeAnyHost, secretIsDefault: true);
        ScanReport report = await RoutingLab.ScanAsync(lab, new NameVariants(), server);
        report.ShouldBe("passed");
    }

    [Fact]
    public Task A_server_that_refuses_the_valid_identity_is_not_tested() => RoutingLab.LeavesUndecidedAsync(lab, new NameVariants());
}
