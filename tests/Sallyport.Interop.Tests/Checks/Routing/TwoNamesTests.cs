using System.Linq;
using System.Threading.Tasks;
using Sallyport.Interop.Tests.Servers;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Interop.Tests.Checks.Routing;

/// <summary>Real servers with two names of different client policy: which gaps each has, and which it must not be accused of.</summary>
public sealed class TwoNamesTests(LabServers servers)
{
    [Fact]
    public async Task Node_resumes_across_names_in_both_directions()
    {
        NodeServer node = await servers.NodeOrSkipAsync();
        await FoundAsync(new TicketAcrossNames(), node.SecretName);
        await FoundAsync(new TicketAcrossNames(), node.PublicName);
    }

    [Fact]
    public async Task Node_serves_any_host()
    {
        NodeServer node = await servers.NodeOrSkipAsync();
        await FoundAsync(new HostOfAnotherName(), node.SecretName, "two");
        await FoundAsync(new TargetFormConfusion(), node.SecretName, "two");
    }

    [Fact]
    public async Task Haproxy_resumes_across_names()
    {
        HaproxyServer haproxy = await servers.HaproxyOrSkipAsync();
        await FoundAsync(new TicketAcrossNames(), haproxy.SecretName);
    }

    [Fact]
    public async Task Haproxy_serves_any_host_and_any_stream()
    {
        HaproxyServer haproxy = await servers.HaproxyOrSkipAsync();
        await FoundAsync(new HostOfAnotherName(), haproxy.SecretName, "two");
        await FoundAsync(new CoalescedConnection(), haproxy.SecretName, "two");
    }

    [Fact]
    public async Task Kestrel_serves_any_host_in_both_protocols()
    {
        KestrelServer kestrel = await servers.KestrelAsync();
        Finding finding = await FoundAsync(new HostOfAnotherName(), kestrel.SecretName, "two");
        finding.Observed.ShouldContain("HTTP/1.1");
        finding.Observed.ShouldContain("HTTP/2");
        await FoundAsync(new CoalescedConnection(), kestrel.SecretName, "two");
    }

    [Fact]
    public async Task Kestrel_judges_the_certificate_of_a_resumed_session_again()
    {
        KestrelServer kestrel = await servers.KestrelAsync();
        await PassedAsync(new TicketAcrossNames(), kestrel.SecretName);
    }

    [Fact]
    public async Task Nginx_keeps_its_two_names_apart()
    {
        // What is reported is the default server alone: this nginx compares Host and ticket with the server name only where the name is
        // one of its own, and localhost is none. Between the names that it knows, nothing passes.
        NginxServer nginx = await servers.NginxOrSkipAsync();
        foreach (Check check in (Check[])[new TicketAcrossNames(), new HostOfAnotherName(), new CoalescedConnection(), new TargetFormConfusion()])
        {
            ScanReport report = await TwoNames.ScanAsync(check, servers.Pki, nginx.SecretName);
            report.Findings.ShouldAllBe(finding => finding.Observed.Contains("localhost") && !finding.Observed.Contains("public.test"));
        }
    }

    [Fact]
    public async Task Nginx_without_a_refusing_default_server_leads_its_clients_to_the_secret()
    {
        NginxServer nginx = await servers.NginxOrSkipAsync();
        await FoundAsync(new NoOrForeignServerName(), nginx.SecretName, "two");
        (await TwoNames.ScanAsync(new NoOrForeignServerName(), servers.Pki, nginx.SecretName)).Findings.ShouldNotContain(finding => finding.Identity == "none");
    }

    [Fact]
    public async Task Nginx_and_apache_hold_every_shape_of_hello_to_the_policy()
    {
        LabEndpoint nginx = (await servers.NginxOrSkipAsync()).SecretName;
        LabEndpoint apache = (await servers.ApacheOrSkipAsync()).SecretName;
        await PassedAsync(new NoOrForeignServerName(), apache);
        foreach (Check check in (Check[])[new TicketWithoutIdentity(), new FragmentedHello(), new DoubledServerName()])
        {
            foreach (LabEndpoint site in (LabEndpoint[])[nginx, apache])
            {
                ScanReport report = await TwoNames.ScanAsync(check, servers.Pki, site);
                report.Findings.ShouldBeEmpty($"{check.Info.Id} at {site.Site}");
                report.Checks.Single().Outcome.ShouldBeOneOf(["passed", "notApplicable"], $"{site.Site}: {report.Checks.Single()}");
            }
        }
    }

    [Fact]
    public async Task Node_and_haproxy_lead_by_no_server_name_to_the_secret()
    {
        await FoundAsync(new NoOrForeignServerName(), (await servers.NodeOrSkipAsync()).SecretName, "two");
        await FoundAsync(new NoOrForeignServerName(), (await servers.HaproxyOrSkipAsync()).SecretName, "two");
    }

    [Fact]
    public async Task Apache_is_accused_of_nothing()
    {
        ApacheServer apache = await servers.ApacheOrSkipAsync();
        await PassedAsync(new TicketAcrossNames(), apache.SecretName);
        await PassedAsync(new HostOfAnotherName(), apache.SecretName);
        await PassedAsync(new TargetFormConfusion(), apache.SecretName);
    }

    private async Task<Finding> FoundAsync(Check check, LabEndpoint site, string? identity = null)
    {
        ScanReport report = await TwoNames.ScanAsync(check, servers.Pki, site);
        Finding finding = report.Findings.FirstOrDefault(f => identity is null || f.Identity == identity).ShouldNotBeNull(report.Checks.Single().ToString());
        finding.Id.ShouldBe(check.Info.Id);
        finding.Confidence.ShouldBe(Confidence.Confirmed, finding.Observed);
        finding.Severity.ShouldBe(check.Info.Severity.ShouldNotBeNull());
        report.Connections.ShouldBeLessThan(75);
        return finding;
    }

    private async Task PassedAsync(Check check, LabEndpoint site)
    {
        ScanReport report = await TwoNames.ScanAsync(check, servers.Pki, site);
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().ToString());
    }
}
