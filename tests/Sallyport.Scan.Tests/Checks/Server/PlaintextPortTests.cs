using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Server;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Server;

public sealed class PlaintextPortTests(CheckLab lab)
{
    [Fact]
    public async Task The_same_api_without_tls_is_a_finding_on_kestrel_and_nginx()
    {
        KestrelServer kestrel = await lab.KestrelAsync();
        Finding found = (await RunAsync(kestrel.Require, kestrel.PlainHttp.Port)).Findings.ShouldHaveSingleItem();
        found.Id.ShouldBe("TLS-022");
        found.Confidence.ShouldBe(Confidence.Firm);
        NginxServer nginx = await lab.NginxAsync();
        (await RunAsync(nginx.Required, nginx.PlainHttp.Port)).Findings.ShouldHaveSingleItem().Id.ShouldBe("TLS-022");
    }

    [Fact]
    public async Task A_closed_port_passes()
    {
        int closed = Lab.Processes.FreePorts.Take(1).Single();
        (await RunAsync((await lab.KestrelAsync()).Require, closed)).Checks.Single().Outcome.ShouldBe("passed");
    }

    [Fact]
    public async Task Without_a_plain_address_it_says_what_to_give()
    {
        CheckSummary check = (await CheckLab.RunAsync(new PlaintextPort(), lab.Request((await lab.KestrelAsync()).Require))).Checks.Single();
        check.Outcome.ShouldBe("notTested");
        check.Needs.ShouldContain(need => need.Contains("--origin"));
    }

    [Fact]
    public async Task A_port_that_resets_leaves_it_undecided()
    {
        await using HostileServer reset = HostileServer.Start(HostileBehaviour.Reset);
        (await RunAsync((await lab.KestrelAsync()).Require, reset.Endpoint.Port)).Checks.Single().Outcome.ShouldBe("notTested");
    }

    [Fact]
    public async Task An_answer_that_breaks_off_shows_nothing()
    {
        await using HandlerServer broken = await HandlerServer.StartAsync(
            null,
            context =>
            {
                context.Response.ContentLength = 1000; // Kestrel closes after what is shorter
                return context.Response.WriteAsync("{\"name\":\"al");
            },
            _ => { });
        CheckSummary check = (await RunAsync((await lab.KestrelAsync()).Require, broken.Endpoint.Port)).Checks.Single();
        check.Outcome.ShouldBe("notTested");
        check.Reason.ShouldNotBeNull().ShouldContain("HTTP 200, broken off");
    }

    private Task<ScanReport> RunAsync(LabEndpoint site, int plainPort)
    {
        TargetUrl.TryParse($"http://localhost:{plainPort}", out TargetUrl? origin, out string? hint).ShouldBeTrue(hint);
        return CheckLab.RunAsync(new PlaintextPort(), lab.Request(site) with { Origins = [origin!] }); // asserted
    }
}
