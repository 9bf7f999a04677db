using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Enforcement;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Enforcement;

public sealed class VersionSplitTests(CheckLab lab)
{
    [Fact]
    public async Task A_server_that_asks_in_TLS_1_3_only_fails()
    {
        await using HandlerServer server = await HandlerServer.StartAsync(
            (_, newest) => HandlerServer.Options(lab.Pki.Server, newest, [lab.Pki.ClientCa]), Profile);

        ScanReport report = await CheckLab.RunAsync(new VersionSplit(), lab.Request(server.Endpoint));

        Finding finding = report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString());
        finding.Variant.ShouldBe("tls-version");
        finding.Severity.ShouldBe(Severity.High);
        finding.Observed.ShouldContain("TLS 1.2: served");
        finding.Replay.ShouldContain("--tls-max 1.2");
    }

    [Fact]
    public async Task A_server_that_asks_in_one_version_only_but_refuses_later_is_milder()
    {
        await using HandlerServer server = await HandlerServer.StartAsync(
            (_, newest) => HandlerServer.Options(lab.Pki.Server, newest, [lab.Pki.ClientCa]),
            context =>
            {
                if (context.Connection.ClientCertificate is not null)
                {
                    return Profile(context);
                }

                context.Response.StatusCode = 403;
                return Task.CompletedTask;
            });

        ScanReport report = await CheckLab.RunAsync(new VersionSplit(), lab.Request(server.Endpoint));

        Finding finding = report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString());
        finding.Severity.ShouldBe(Severity.Medium);
        finding.Observed.ShouldContain("five times each");
    }

    [Fact]
    public async Task A_server_that_lets_HTTP_2_through_fails()
    {
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Pki.Server, context =>
        {
            if (context.Connection.ClientCertificate is null && context.Request.Protocol != "HTTP/2")
            {
                context.Response.StatusCode = 401;
                return Task.CompletedTask;
            }

            return Profile(context);
        });

        ScanReport report = await CheckLab.RunAsync(new VersionSplit(), lab.Request(server.Endpoint));

        report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString()).Variant.ShouldBe("http2");
    }

    [Fact]
    public async Task Strict_servers_of_three_makes_pass()
    {
        foreach (LabEndpoint site in new[] { (await lab.KestrelAsync()).Require, (await lab.NginxAsync()).Required, (await lab.HaproxyAsync()).Required })
        {
            ScanReport report = await CheckLab.RunAsync(new VersionSplit(), lab.Request(site));
            report.Findings.ShouldBeEmpty(site.Site);
            report.Checks.Single().Outcome.ShouldBe("passed", $"{site.Site}: {report.Checks.Single()}");
        }
    }

    [Fact]
    public async Task A_server_that_is_overloaded_for_strangers_stays_undecided()
    {
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Pki.Server, context =>
        {
            context.Response.StatusCode = context.Connection.ClientCertificate is null ? 503 : 200;
            return context.Connection.ClientCertificate is null ? Task.CompletedTask : Profile(context);
        });

        (await CheckLab.RunAsync(new VersionSplit(), lab.Request(server.Endpoint))).Checks.Single().Outcome.ShouldBe("notTested");
    }

    private static Task Profile(HttpContext context)
    {
        if (context.Request.Path == "/profiles/alice")
        {
            return context.Response.WriteAsync(LabApi.Profile("alice"));
        }

        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    }
}
