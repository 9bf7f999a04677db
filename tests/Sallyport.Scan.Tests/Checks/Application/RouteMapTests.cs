using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Application;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Application;

public sealed class RouteMapTests(CheckLab lab)
{
    private static readonly Operation s_reports = CheckLab.Profiles with { PathTemplate = "/reports/{name}" };

    [Fact]
    public async Task A_route_that_nginx_forgot_is_a_finding_and_the_others_are_not()
    {
        ScanReport report = await CheckLab.RunAsync(new RouteMap(), Request((await lab.NginxAsync()).IfGap));
        report.Findings.ShouldNotBeEmpty(report.Checks.Single().Reason);
        report.Findings.ShouldAllBe(finding => finding.Operation == "GET /reports/{name}");
        report.Findings[0].Severity.ShouldBe(Severity.Critical);
        report.Findings[0].Confidence.ShouldNotBe(Confidence.Suspect);
        report.Matrix.ShouldContain(cell => cell.Operation == "GET /reports/{name}" && cell.Verdict == "accepted" && cell.Expected == false);
    }

    [Fact]
    public async Task A_server_that_requires_everywhere_has_no_open_way()
    {
        (await CheckLab.RunAsync(new RouteMap(), Request((await lab.KestrelAsync()).Require))).Findings.ShouldBeEmpty();
        ScanReport nginx = await CheckLab.RunAsync(new RouteMap(), Request((await lab.NginxAsync()).Required));
        nginx.Findings.ShouldBeEmpty();
        nginx.Checks.Single().Passed.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task A_parameter_without_a_value_is_undecided_and_never_sent()
    {
        ScanRequest request = lab.Request((await lab.NginxAsync()).Required);
        request = request with { Operations = [.. request.Operations, s_reports with { PathTemplate = "/orders/{order}", Parameters = [new("order", "path", true, [])] }] };
        CheckSummary check = (await CheckLab.RunAsync(new RouteMap(), request)).Checks.Single();
        check.NotTested.ShouldBe(1);
        check.Needs.ShouldContain(need => need.Contains("values"));
    }

    [Fact]
    public async Task A_way_that_refuses_the_valid_identity_too_is_no_pass()
    {
        // By IP address or without SNI this server answers 403 to everyone.
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Pki.Server, context =>
        {
            string? caller = context.Connection.ClientCertificate?.GetNameInfo(System.Security.Cryptography.X509Certificates.X509NameType.SimpleName, forIssuer: false);
            context.Response.StatusCode = context.Request.Path != "/profiles/alice" ? 404 : context.Request.Host.Host == "localhost" && caller == "alice" ? 200 : 403;
            return context.Response.WriteAsync(context.Response.StatusCode == 200 ? LabApi.Profile("alice") : "no", context.RequestAborted);
        });
        CheckSummary check = (await CheckLab.RunAsync(new RouteMap(), lab.Request(server.Endpoint))).Checks.Single();
        check.NotApplicable.ShouldBe(1, check.Reason);
        check.Passed.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_broken_server_leaves_it_undecided()
    {
        await using HostileServer reset = HostileServer.Start(HostileBehaviour.Reset);
        ScanRequest request = Request(reset.Endpoint) with { Limits = new() { ProbeTimeout = TimeSpan.FromMilliseconds(200) } };
        (await CheckLab.RunAsync(new RouteMap(), request)).Checks.Single().Outcome.ShouldBe("notTested");
    }

    [Fact]
    public async Task An_operation_that_refuses_everybody_is_undecided()
    {
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Pki.Server, async context =>
        {
            bool refused = context.Connection.ClientCertificate is null || context.Request.Path.StartsWithSegments("/reports");
            context.Response.StatusCode = refused ? 400 : context.Request.Path.StartsWithSegments("/profiles/alice") ? 200 : 404;
            await context.Response.WriteAsync(refused ? "a parameter is missing" : LabApi.Profile("alice"));
        });

        ScanReport report = await CheckLab.RunAsync(new RouteMap(), Request(server.Endpoint));

        CheckSummary check = report.Checks.Single();
        check.Outcome.ShouldBe("notTested", check.Reason);
        check.Reason.ShouldNotBeNull().ShouldContain("alice got: HTTP 400");
        check.Passed.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_connection_that_ends_after_one_answer_says_nothing_of_the_next_operation()
    {
        ConcurrentDictionary<string, bool> used = new();
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Pki.Server, async context =>
        {
            bool open = context.Request.Path == "/reports/alice";
            bool nobody = context.Connection.ClientCertificate is null;
            if (nobody && open && !used.TryAdd(context.Connection.Id, true))
            {
                context.Abort();
                return;
            }

            used[context.Connection.Id] = true;
            bool refused = nobody && !open;
            context.Response.StatusCode = refused ? 403 : open || context.Request.Path == "/profiles/alice" ? 200 : 404;
            await context.Response.WriteAsync(refused ? "no" : LabApi.Profile("alice"));
        });

        ScanReport report = await CheckLab.RunAsync(new RouteMap(), Request(server.Endpoint));

        report.Findings.ShouldNotBeEmpty(report.Checks.Single().Reason);
        report.Findings.ShouldAllBe(finding => finding.Operation == "GET /reports/{name}");
    }

    private ScanRequest Request(LabEndpoint site)
    {
        ScanRequest request = lab.Request(site);
        return request with { Operations = [.. request.Operations, s_reports] };
    }
}
