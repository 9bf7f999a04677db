using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Server;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Server;

public sealed class StrictTransportTests(CheckLab lab)
{
    [Fact]
    public async Task A_client_without_a_certificate_that_is_sent_to_http_is_a_finding()
    {
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Pki.Server, context =>
        {
            if (context.Connection.ClientCertificate is null)
            {
                context.Response.Redirect("http://api.example/login");
                return Task.CompletedTask;
            }

            context.Response.StatusCode = context.Request.Path == "/profiles/alice" ? 200 : 404;
            return context.Response.WriteAsync(LabApi.Profile("alice"));
        });

        ScanReport report = await CheckLab.RunAsync(new StrictTransport(), lab.Request(server.Endpoint));

        report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString()).Variant.ShouldBe("redirect");
    }

    [Fact]
    public async Task An_api_that_speaks_only_tls_passes_on_kestrel_and_nginx()
    {
        ScanReport kestrel = await CheckLab.RunAsync(new StrictTransport(), lab.Request((await lab.KestrelAsync()).Require));
        kestrel.Checks.Single().Outcome.ShouldBe("passed", kestrel.Checks.Single().Reason);
        ScanReport nginx = await CheckLab.RunAsync(new StrictTransport(), lab.Request((await lab.NginxAsync()).Required));
        nginx.Checks.Single().Outcome.ShouldBe("passed", nginx.Checks.Single().Reason);
    }

    [Fact]
    public async Task Browsers_without_a_policy_are_a_low_finding()
    {
        ScanRequest request = lab.Request((await lab.KestrelAsync()).Require) with { Expect = new() { Browsers = true } };
        ScanReport report = await CheckLab.RunAsync(new StrictTransport(), request);
        report.Findings.ShouldHaveSingleItem().Variant.ShouldBe("hsts");
    }

    [Fact]
    public async Task A_server_that_says_nothing_leaves_it_undecided()
    {
        await using HostileServer silent = HostileServer.Start(HostileBehaviour.Silence);
        ScanRequest request = lab.Request(silent.Endpoint) with { Limits = new() { ProbeTimeout = TimeSpan.FromMilliseconds(200) } };
        (await CheckLab.RunAsync(new StrictTransport(), request)).Checks.Single().Outcome.ShouldBe("notTested");
    }

    [Theory]
    [InlineData("max-age=31536000; includeSubDomains", 31_536_000L)]
    [InlineData("includeSubDomains ; MAX-AGE = \"60\"", 60L)]
    [InlineData("max-age=-1", null)]
    [InlineData("max-age", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Reads_the_policy(string? header, long? seconds) => StrictTransport.MaxAge(header).ShouldBe(seconds);
}
