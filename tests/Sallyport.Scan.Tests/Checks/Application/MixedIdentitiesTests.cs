using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Application;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Application;

public sealed class MixedIdentitiesTests(CheckLab lab)
{
    [Fact]
    public async Task Servers_that_keep_identities_apart_pass()
    {
        foreach (LabEndpoint site in new[] { (await lab.KestrelAsync()).Require, (await lab.NginxAsync()).Required })
        {
            ScanReport report = await CheckLab.RunAsync(new MixedIdentities(), lab.Request(site, lab.Pki.Alice, lab.Pki.Bob));
            report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().Reason);
        }
    }

    [Fact]
    public async Task A_server_that_remembers_the_first_caller_for_all_is_a_finding()
    {
        await using StickyServer server = await StickyServer.StartAsync(lab.Pki);
        ScanReport report = await CheckLab.RunAsync(new MixedIdentities(), lab.Request(server.Endpoint, lab.Pki.Alice, lab.Pki.Bob));
        Finding finding = report.Findings.ShouldHaveSingleItem(report.Checks.Single().Reason);
        finding.Id.ShouldBe("MTLS-304");
        finding.Confidence.ShouldBe(Confidence.Confirmed);
    }

    [Fact]
    public async Task Without_a_second_identity_it_says_what_to_give()
    {
        CheckSummary check = (await CheckLab.RunAsync(new MixedIdentities(), lab.Request((await lab.KestrelAsync()).Require))).Checks.Single();
        check.Outcome.ShouldBe("notTested");
        check.Needs.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_broken_server_leaves_it_undecided()
    {
        await using HostileServer garbage = HostileServer.Start(HostileBehaviour.Garbage);
        ScanRequest request = lab.Request(garbage.Endpoint, lab.Pki.Alice, lab.Pki.Bob) with { Limits = new() { ProbeTimeout = TimeSpan.FromMilliseconds(200) } };
        (await CheckLab.RunAsync(new MixedIdentities(), request)).Checks.Single().Outcome.ShouldBe("notTested");
    }
}
