using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Enforcement;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Enforcement;

public sealed class SiblingPlacesTests(CheckLab lab)
{
    [Fact]
    public async Task A_server_whose_default_asks_nobody_fails_without_a_name_and_by_address()
    {
        await using HandlerServer server = await HandlerServer.StartAsync(
            (name, _) => HandlerServer.Options(lab.Pki.Server, ask: name == "localhost", [lab.Pki.ClientCa]), Profile);

        ScanReport report = await CheckLab.RunAsync(new SiblingPlaces(), lab.Request(server.Endpoint));

        report.Findings.Select(f => f.Variant).ShouldBe(["ip-literal", "no-sni"], ignoreOrder: true);
        report.Findings.ShouldAllBe(f => f.Severity == Severity.High && f.Confidence >= Confidence.Firm);
    }

    [Fact]
    public async Task An_origin_that_asks_nobody_fails_and_one_that_asks_passes()
    {
        KestrelServer kestrel = await lab.KestrelAsync();

        ScanReport report = await CheckLab.RunAsync(new SiblingPlaces(), WithOrigins(lab.Request(kestrel.Require), kestrel.Off, kestrel.Require));

        Finding finding = report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString());
        finding.Variant.ShouldBe("origin");
        finding.Identity.ShouldNotBeNull().ShouldContain(kestrel.Off.Port.ToString());
        report.Checks.Single().Passed.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task An_nginx_origin_over_plain_HTTP_fails()
    {
        NginxServer nginx = await lab.NginxAsync();
        TargetUrl.TryParse($"http://localhost:{nginx.PlainHttp.Port}", out TargetUrl? plain, out _).ShouldBeTrue();

        ScanReport report = await CheckLab.RunAsync(new SiblingPlaces(), lab.Request(nginx.Required) with { Origins = [plain!] }); // asserted

        report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString()).Variant.ShouldBe("origin");
    }

    [Fact]
    public async Task Strict_servers_pass()
    {
        foreach (LabEndpoint site in new[] { (await lab.KestrelAsync()).Require, (await lab.NginxAsync()).Required, (await lab.HaproxyAsync()).Required })
        {
            ScanReport report = await CheckLab.RunAsync(new SiblingPlaces(), lab.Request(site));
            report.Findings.ShouldBeEmpty(site.Site);
            report.Checks.Single().Outcome.ShouldBe("passed", $"{site.Site}: {report.Checks.Single()}");
        }
    }

    [Fact]
    public async Task An_origin_that_nobody_reaches_stays_undecided_and_a_target_that_asks_nobody_is_not_applicable()
    {
        KestrelServer kestrel = await lab.KestrelAsync();
        HostileServer gone = HostileServer.Start(HostileBehaviour.CloseAtOnce);
        LabEndpoint closed = gone.Endpoint;
        await gone.DisposeAsync();

        (await CheckLab.RunAsync(new SiblingPlaces(), WithOrigins(lab.Request(kestrel.Require), closed))).Checks.Single().Outcome.ShouldBe("notTested");
        (await CheckLab.RunAsync(new SiblingPlaces(), lab.Request(kestrel.Off))).Checks.Single().Outcome.ShouldBe("notApplicable");
    }

    [Fact]
    public async Task A_closed_plain_port_leads_nobody_to_the_operation()
    {
        KestrelServer kestrel = await lab.KestrelAsync();
        TargetUrl.TryParse($"http://127.0.0.1:{Lab.Processes.FreePorts.Take(1).Single()}", out TargetUrl? closed, out _).ShouldBeTrue();
        CheckSummary check = (await CheckLab.RunAsync(new SiblingPlaces(), lab.Request(kestrel.Require) with { Origins = [closed!] })).Checks.Single(); // asserted
        (check.NotTested, check.NotApplicable > 0, check.Failed).ShouldBe((0, true, 0), check.ToString());
    }

    private static ScanRequest WithOrigins(ScanRequest request, params LabEndpoint[] sites) => request with
    {
        Origins = [.. sites.Select(site => TargetUrl.TryParse(site.Url.ToString(), out TargetUrl? url, out string? hint) ? url : throw new System.ArgumentException(hint, nameof(sites)))],
    };

    private static Task Profile(HttpContext context)
    {
        context.Response.StatusCode = context.Request.Path == "/profiles/alice" ? 200 : 404;
        return context.Response.StatusCode == 200 ? context.Response.WriteAsync(LabApi.Profile("alice")) : Task.CompletedTask;
    }
}
