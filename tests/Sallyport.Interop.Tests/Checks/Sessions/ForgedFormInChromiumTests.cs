using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Threading.Tasks;
using Microsoft.Playwright;
using Sallyport.Interop.Tests.Reports;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Sessions;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Interop.Tests.Checks.Sessions;

/// <summary>What CSRF-001 says is what a browser does: a form of another site's page, with the cookie that the browser adds by itself.</summary>
public sealed class ForgedFormInChromiumTests(HtmlReportInChromiumTests.Chromium chromium) : IClassFixture<HtmlReportInChromiumTests.Chromium>
{
    private const string Password = "alices own pass 1";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_form_of_another_site_does_what_the_scanner_says(bool weak)
    {
        Assert.SkipWhen(chromium.Browser is null, "chromium is not installed");
        if (Binaries.WhyMissing(NodeServer.Program) is { } missing)
        {
            Assert.Skip(missing);
        }

        using LabPki pki = new(TimeProvider.System);
        await using NodeSessionShop shop = await NodeSessionShop.StartAsync(pki.Material, new Dictionary<string, string> { ["alice"] = Password }, TestContext.Current.CancellationToken);
        LabEndpoint site = weak ? shop.Weak : shop.Strict;

        bool inTheBrowser = await ForgeAsync(site);
        ScanReport report = await ScanAsync(pki, site);

        inTheBrowser.ShouldBe(weak);
        report.Findings.Any(one => one is { Id: "CSRF-001", Confidence: Confidence.Confirmed }).ShouldBe(weak, report.Checks.Single().Reason);
        report.Checks.Single().Outcome.ShouldBe(weak ? "failed" : "passed", report.Checks.Single().Reason);
    }

    private async Task<bool> ForgeAsync(LabEndpoint site)
    {
        await using IBrowserContext context = await chromium.Browser!.NewContextAsync(new() { IgnoreHTTPSErrors = true }); // the caller looked
        IPage page = await context.NewPageAsync();
        string root = site.Url.GetLeftPart(UriPartial.Authority);
        await page.GotoAsync(root + "/session", new() { Timeout = 60_000 });
        int status = await page.EvaluateAsync<int>(
            "password => fetch('/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ login: 'alice', password }) }).then(answer => answer.status)", Password);
        status.ShouldBe(200);

        // Another site: nothing is sent there, the page comes from here.
        await page.RouteAsync("http://evil.test/**", route => route.FulfillAsync(new()
        {
            ContentType = "text/html",
            Body = $"""<form method="post" action="{root}/account"><input name="note" value="forged by another site"></form><script>document.forms[0].submit()</script>""",
        }));
        await page.RunAndWaitForResponseAsync(
            () => page.GotoAsync("http://evil.test/", new() { Timeout = 60_000, WaitUntil = WaitUntilState.Commit }),
            answer => answer.Request.Method == "POST" && answer.Url == root + "/account",
            new() { Timeout = 60_000 });
        IPage owner = await context.NewPageAsync();
        await owner.GotoAsync(root + "/profile", new() { Timeout = 60_000 });
        string shown = await owner.TextContentAsync("body") ?? "";
        shown.ShouldContain("note");
        return shown.Contains("forged by another site", StringComparison.Ordinal);
    }

    private static Task<ScanReport> ScanAsync(LabPki pki, LabEndpoint site)
    {
        TargetUrl.TryParse(site.Url.ToString(), out TargetUrl? target, out string? hint).ShouldBeTrue(hint);
        LabIdentity alice = pki.Alice;
        ScanRequest request = new()
        {
            Target = target!, // asserted
            ConnectTo = new IPEndPoint(IPAddress.Loopback, site.Port),
            ServerRoots = [[.. pki.ServerCa.Authority.Certificate.Span]],
            Identities =
            [
                new()
                {
                    Name = "alice",
                    Chain = [.. alice.Forged.Chain.Select(der => ImmutableArray.Create(der.Span))],
                    Key = alice.Forged.Key.Algorithm,
                    Login = new() { Path = "/session", Json = new Secret($$"""{"login":"alice","password":"{{Password}}"}""") },
                },
            ],
            Operations =
            [
                new() { Method = "GET", PathTemplate = "/me", DeclaredProtected = true },
                new() { Method = "GET", PathTemplate = "/account" },
                new() { Method = "POST", PathTemplate = "/account" },
            ],
            Mode = ScanMode.Active,
            Limits = new() { RequestsPerSecond = 10_000 },
        };
        return new Scanner(new ScanSessions(TimeProvider.System), [new CrossSiteWrite()], TimeProvider.System).RunAsync(request, null, TestContext.Current.CancellationToken);
    }
}
