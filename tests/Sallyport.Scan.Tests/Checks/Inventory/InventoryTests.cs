using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Inventory;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Tests.Checks.Specification;
using Sallyport.Scan.Tests.Samples;

namespace Sallyport.Scan.Tests.Checks.Inventory;

/// <summary>INV-001 to INV-003: what runs beside what is known.</summary>
public sealed class InventoryTests(CheckLab lab)
{
    private readonly ConcurrentQueue<string> _asked = [];

    [Theory]
    [InlineData("open", "failed")]
    [InlineData("same", "passed")]
    [InlineData("gone", "passed")]
    public async Task INV_001_an_old_version_that_asks_for_less_fails(string old, string outcome)
    {
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            bool own = context.Request.Path == "/beta/profiles/alice" && old != "gone" && (old == "open" || ApiServer.Caller(context) == "alice");
            await (own ? ApiServer.ProfileAsync(context, "alice", ",\"old\":true") : Task.CompletedTask);
            return own;
        });
        ScanReport report = await DescribedLab.RunAsync(new ForgottenVersion(), server, DescribedLab.True);
        report.Checks.Single().Outcome.ShouldBe(outcome, report.Checks.Single().ToString());
        report.Findings.Select(finding => (finding.Id, finding.Operation)).ShouldBe(old == "open" ? [("INV-001", "GET /profiles/{name}")] : []);
        report.Facts.Count(fact => fact.Id == "INV-001").ShouldBe(old == "same" ? 1 : 0);
    }

    [Fact]
    public async Task INV_001_an_old_version_that_serves_another_account_fails()
    {
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            bool own = context.Request.Path == "/beta/profiles/alice" && ApiServer.Caller(context) is not null;
            await (own ? ApiServer.ProfileAsync(context, "alice") : Task.CompletedTask);
            return own;
        });
        ScanReport report = await DescribedLab.RunAsync(new ForgottenVersion(), server, DescribedLab.True);
        Finding finding = report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString());
        finding.Identity.ShouldBe("bob");
        finding.Observed.ShouldContain("/beta/profiles/alice is live and answers bob as it answers alice");
    }

    [Fact]
    public async Task INV_001_counts_versions_down()
    {
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            string path = context.Request.Path.Value ?? "";
            _asked.Enqueue(path);
            bool current = path == "/v3/profiles/alice";
            bool own = (current && ApiServer.Caller(context) == "alice") || path == "/v1/profiles/alice";
            await (own ? ApiServer.ProfileAsync(context, "alice") : current ? ApiServer.RefuseAsync(context, 403) : Task.CompletedTask);
            return own || current;
        });
        ScanReport report = await DescribedLab.RunAsync(new ForgottenVersion(), server, DescribedLab.True.Replace("/profiles/", "/v3/profiles/", StringComparison.Ordinal));
        report.Findings.ShouldHaveSingleItem().Observed.ShouldContain("/v1/profiles/alice");
        _asked.ShouldContain("/v2/profiles/alice");
    }

    [Theory]
    [InlineData("hidden", "path")]
    [InlineData("linked", "path")]
    [InlineData("method", "method")]
    [InlineData("page", null)]
    [InlineData("collection", "path")]
    [InlineData("everything", null)]
    [InlineData("none", null)]
    public async Task INV_002_finds_what_the_description_does_not_name(string server, string? variant)
    {
        await using ApiServer handler = await ApiServer.StartAsync(lab, async context =>
        {
            string path = context.Request.Path.Value ?? "";
            _asked.Enqueue($"{context.Request.Method} {path}");
            string? caller = ApiServer.Caller(context);
            if (caller is not null && context.Request.Method == "OPTIONS")
            {
                context.Response.Headers.Allow = server == "method" && path.StartsWith("/profiles/", StringComparison.Ordinal) ? "GET, DELETE" : "GET";
                return true;
            }

            bool hidden = (server == "hidden" && path == "/export") || (server == "collection" && path == "/profiles") || (server == "linked" && path == "/odd-name") || (server == "everything" && !path.StartsWith("/profiles", StringComparison.Ordinal) && path != "/admin/accounts");
            if (server == "linked" && path == "/profiles/alice" && caller == "alice")
            {
                await ApiServer.ProfileAsync(context, "alice", ",\"more\":\"/odd-name\",\"bye\":\"/logout\",\"far\":\"https://evil.example/odd\"");
                return true;
            }

            if (caller is not null && (hidden || (server == "page" && path == "/export")))
            {
                await ApiServer.JsonAsync(context, "{\"rows\":[1,2,3]}", server == "page" ? "text/html" : "application/json");
                return true;
            }

            return false;
        });
        ScanReport report = await DescribedLab.RunAsync(new UndocumentedPath(), handler, DescribedLab.True);
        report.Findings.Select(finding => (finding.Id, finding.Variant)).ShouldBe(variant is null ? [] : [("INV-002", variant)], report.Checks.Single().ToString());
        _asked.ShouldNotContain(call => call.Contains("logout", StringComparison.Ordinal) || !(call.StartsWith("GET ", StringComparison.Ordinal) || call.StartsWith("OPTIONS ", StringComparison.Ordinal)));
        _asked.Distinct().Count().ShouldBeLessThan(80);
    }

    [Fact]
    public async Task INV_003_names_versions_that_answers_name()
    {
        await using ApiServer server = await ApiServer.StartAsync(lab, context =>
        {
            context.Response.Headers["X-Powered-By"] = "Engine/4.2.1";
            return Task.FromResult(false);
        });
        ScanReport report = await DescribedLab.RunAsync(new VersionBanner(), server, DescribedLab.True);
        report.Findings.ShouldBeEmpty("it is a fact: it neither gates nor scores");
        report.Facts.ShouldContain(new Fact("INV-003", "A product and its version in x-powered-by", "Engine/4.2.1"));

        await using ApiServer silent = await ApiServer.StartAsync(lab, context =>
        {
            context.Response.Headers["X-Powered-By"] = "Engine";
            return Task.FromResult(false);
        });
        report = await DescribedLab.RunAsync(new VersionBanner(), silent, DescribedLab.True);
        (report.Checks.Single().Outcome, report.Facts.Length).ShouldBe(("passed", 0));
    }

    [Fact]
    public async Task INV_001_and_INV_003_are_right_on_nginx()
    {
        NginxServer nginx = await lab.NginxAsync();
        ScanReport report = await CheckLab.RunAsync(new ForgottenVersion(), lab.Request(nginx.Required));
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().ToString());
        (await CheckLab.RunAsync(new VersionBanner(), lab.Request(nginx.Required))).Checks.Single().Outcome.ShouldBe("passed", "its configuration sends no version");
    }

    [Theory]
    [InlineData("INV-001")]
    [InlineData("INV-002")]
    [InlineData("INV-003")]
    public async Task A_broken_server_is_undecided_and_the_strict_sample_clean(string id)
    {
        await using ApiServer broken = await ApiServer.StartAsync(lab, async context =>
        {
            await ApiServer.RefuseAsync(context, 500);
            return true;
        });
        ScanReport report = await DescribedLab.RunAsync(Of(id), broken, DescribedLab.True);
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe(id == "INV-003" ? "passed" : "notTested", report.Checks.Single().ToString());

        await using OrdersLab orders = await OrdersLab.StartAsync();
        report = await orders.RunAsync(Of(id));
        report.Findings.ShouldBeEmpty(string.Join('\n', report.Findings.Select(finding => $"{finding.Operation} {finding.Observed}")));
        report.Facts.Where(fact => fact.Id == "INV-003").ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().ToString());
    }

    private static Check Of(string id) => ((Check[])[new ForgottenVersion(), new UndocumentedPath(), new VersionBanner()]).Single(check => check.Info.Id == id);
}
