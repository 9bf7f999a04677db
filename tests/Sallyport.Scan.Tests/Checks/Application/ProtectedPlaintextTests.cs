using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Application;
using Sallyport.Scan.Checks.Server;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Application;

public sealed class ProtectedPlaintextTests(CheckLab lab)
{
    [Fact]
    public async Task The_protected_operation_without_tls_is_critical_on_kestrel_and_nginx()
    {
        KestrelServer kestrel = await lab.KestrelAsync();
        NginxServer nginx = await lab.NginxAsync();
        foreach ((LabEndpoint site, LabEndpoint plain) in new[] { (kestrel.Require, kestrel.PlainHttp), (nginx.Required, nginx.PlainHttp) })
        {
            ScanReport report = await CheckLab.RunAsync(new ProtectedPlaintext(), Request(site, plain.Port));
            Finding finding = report.Findings.ShouldHaveSingleItem(report.Checks.Single().Reason);
            finding.Variant.ShouldBe("port");
            finding.Severity.ShouldBe(Severity.Critical);
        }
    }

    [Fact]
    public async Task The_plain_port_and_the_protected_data_on_it_are_one_finding()
    {
        KestrelServer kestrel = await lab.KestrelAsync();
        var scanner = new Scanner(new ScanSessions(TimeProvider.System), [new ProtectedPlaintext(), new PlaintextPort()], TimeProvider.System);
        ScanReport report = await scanner.RunAsync(Request(kestrel.Require, kestrel.PlainHttp.Port), null, TestContext.Current.CancellationToken);
        Finding finding = report.Findings.ShouldHaveSingleItem();
        finding.Id.ShouldBe("MTLS-305");
        finding.AlsoMatches.ShouldContain("TLS-022");
    }

    [Fact]
    public async Task A_closed_port_and_an_ignored_upgrade_pass()
    {
        ScanReport report = await CheckLab.RunAsync(new ProtectedPlaintext(), Request((await lab.KestrelAsync()).Require, Lab.Processes.FreePorts.Take(1).Single()));
        report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().Reason);
    }

    [Fact]
    public async Task A_port_that_resets_leaves_it_undecided()
    {
        await using HostileServer reset = HostileServer.Start(HostileBehaviour.Reset);
        (await CheckLab.RunAsync(new ProtectedPlaintext(), Request((await lab.KestrelAsync()).Require, reset.Endpoint.Port))).Checks.Single().Outcome.ShouldBe("notTested");
    }

    private ScanRequest Request(LabEndpoint site, int plainPort)
    {
        TargetUrl.TryParse($"http://localhost:{plainPort}", out TargetUrl? origin, out string? hint).ShouldBeTrue(hint);
        return lab.Request(site) with { Origins = [origin!] }; // asserted
    }
}
