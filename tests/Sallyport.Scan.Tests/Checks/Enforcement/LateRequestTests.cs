using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Enforcement;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Enforcement;

public sealed class LateRequestTests(CheckLab lab)
{
    [Fact]
    public async Task Apache_that_asks_per_location_fails_and_the_mechanisms_are_named()
    {
        ScanReport report = await CheckLab.RunAsync(new LateRequest(), lab.Request((await lab.ApacheAsync()).PerLocation));

        Finding finding = report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString());
        finding.Severity.ShouldBe(Severity.Low);
        finding.Observed.ShouldContain("post-handshake authentication (TLS 1.3)");
        finding.Observed.ShouldContain("renegotiation (TLS 1.2)");
        finding.Observed.ShouldContain("HTTP 403");
    }

    [Fact]
    public async Task Kestrel_that_delays_fails_and_answers_usual_clients_with_an_error()
    {
        ScanReport report = await CheckLab.RunAsync(new LateRequest(), lab.Request((await lab.KestrelAsync()).Delay));

        report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString()).Observed.ShouldContain("HTTP 500");
    }

    [Fact]
    public async Task Servers_that_ask_in_the_handshake_pass()
    {
        foreach (LabEndpoint site in new[] { (await lab.KestrelAsync()).Require, (await lab.NginxAsync()).Required, (await lab.HaproxyAsync()).Required })
        {
            (await CheckLab.RunAsync(new LateRequest(), lab.Request(site))).Checks.Single().Outcome.ShouldBe("passed", site.Site);
        }
    }

    [Fact]
    public async Task Is_not_applicable_where_nobody_asks_and_undecided_without_a_control()
    {
        (await CheckLab.RunAsync(new LateRequest(), lab.Request((await lab.KestrelAsync()).Off))).Checks.Single().Outcome.ShouldBe("notApplicable");
        (await CheckLab.RunAsync(new LateRequest(), lab.Request((await lab.KestrelAsync()).Require, lab.Pki.Other))).Checks.Single().Outcome.ShouldBe("notTested");
    }
}
