using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Sessions;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks.Shop;

namespace Sallyport.Scan.Tests.Checks.Sessions;

/// <summary>CSRF-001 to CSRF-008 on a shop with one flaw at a time, without any, and broken.</summary>
public sealed class SessionChecksTests(CheckLab lab)
{
    private static readonly ImmutableDictionary<string, Func<Check>> s_checks = new Dictionary<string, Func<Check>>
    {
        ["CSRF-001"] = () => new CrossSiteWrite(),
        ["CSRF-002"] = () => new ForgedFormToken(),
        ["CSRF-003"] = () => new ChangingRead(),
        ["CSRF-004"] = () => new CookieAttributes(),
        ["CSRF-005"] = () => new CrossOriginReads(),
        ["CSRF-006"] = () => new FixedSession(),
        ["CSRF-007"] = () => new SessionAfterLogout(),
        ["CSRF-008"] = () => new CrossSiteSocket(),
    }.ToImmutableDictionary();

    public static TheoryData<string> All => [.. s_checks.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData("CSRF-001", ShopFlaw.AnyOrigin, null, Confidence.Confirmed)]
    [InlineData("CSRF-001", ShopFlaw.AnyOriginJson, null, Confidence.Confirmed)]
    [InlineData("CSRF-002", ShopFlaw.TokenOptional, "missing", Confidence.Confirmed)]
    [InlineData("CSRF-002", ShopFlaw.TokenOfAnyone, "other-session", Confidence.Confirmed)]
    [InlineData("CSRF-002", ShopFlaw.UnsignedPair, "fixed-pair", Confidence.Confirmed)]
    [InlineData("CSRF-003", ShopFlaw.GetChanges, "get", Confidence.Confirmed)]
    [InlineData("CSRF-003", ShopFlaw.Override, "override", Confidence.Confirmed)]
    [InlineData("CSRF-005", ShopFlaw.ReflectedOrigin, "reflect", Confidence.Confirmed)]
    [InlineData("CSRF-005", ShopFlaw.NullOrigin, "null", Confidence.Confirmed)]
    [InlineData("CSRF-005", ShopFlaw.OriginByPrefix, "suffix", Confidence.Confirmed)]
    [InlineData("CSRF-006", ShopFlaw.KeptSession, "chosen", Confidence.Confirmed)]
    [InlineData("CSRF-007", ShopFlaw.ForgetfulLogout, null, Confidence.Firm)]
    [InlineData("CSRF-008", ShopFlaw.OpenSocket, "websocket", Confidence.Firm)]
    public async Task The_flaw_is_found_and_proved(string id, ShopFlaw flaw, string? variant, Confidence confidence)
    {
        ScanReport report = await ShopScan.RunAsync(lab, s_checks[id](), flaw, ScanMode.Active);
        // A kept session is kept both ways, and HEAD changes what GET changes.
        report.Findings.ShouldNotBeEmpty(ShopScan.Said(report));
        report.Findings.ShouldContain(one => one.Id == id && one.Variant == variant && one.Confidence == confidence, ShopScan.Said(report));
        report.Findings.ShouldAllBe(one => one.Id == id && one.Variant != "url");
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_strict_shop_passes(string id)
    {
        ScanReport report = await ShopScan.RunAsync(lab, s_checks[id](), ShopFlaw.None, ScanMode.Active);
        ShopScan.Passed(report);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_broken_shop_is_undecided(string id)
    {
        await using HostileServer garbage = HostileServer.Start(HostileBehaviour.Garbage);
        ScanRequest request = ShopScan.Request(lab, garbage.Endpoint, ScanMode.Active) with { Limits = new() { ProbeTimeout = TimeSpan.FromMilliseconds(200) } };
        ShopScan.Undecided(await CheckLab.RunAsync(s_checks[id](), request));
    }

    [Theory]
    [InlineData("CSRF-001")]
    [InlineData("CSRF-002")]
    [InlineData("CSRF-003")]
    [InlineData("CSRF-007")]
    public async Task Without_a_session_that_works_nothing_is_passed(string id)
    {
        ScanReport report = await ShopScan.RunAsync(lab, s_checks[id](), ShopFlaw.None, ScanMode.Active, request => request with
        {
            Operations = [.. request.Operations.Where(one => one.PathTemplate is "/me" or "/register")],
        });
        ShopScan.Undecided(report);
    }

    [Fact]
    public async Task Each_attribute_of_a_loose_cookie_is_a_finding_of_its_own()
    {
        ScanReport report = await ShopScan.RunAsync(lab, new CookieAttributes(), ShopFlaw.LooseCookie, ScanMode.Safe);
        report.Findings.Select(one => (one.Variant, one.Severity)).Order().ShouldBe(
        [
            ("domain", Severity.Medium), ("httponly", Severity.Medium), ("life", Severity.Low), ("samesite", Severity.Low), ("secure", Severity.Medium),
        ]);
        report.Findings.ShouldAllBe(one => one.Observed.Contains(ShopServer.Cookie, StringComparison.Ordinal) && one.Id == "CSRF-004");
    }

    [Fact]
    public async Task What_was_changed_is_as_before_when_the_scan_has_ended()
    {
        foreach (ShopFlaw flaw in (ShopFlaw[])[ShopFlaw.AnyOrigin, ShopFlaw.None])
        {
            await using ShopServer shop = ShopServer.Start(flaw, lab.Pki.Material.ServerIdentity);
            ScanReport report = await CheckLab.RunAsync(new CrossSiteWrite(), ShopScan.Request(lab, shop.Endpoint, ScanMode.Active));
            shop.NoteOf("alice").ShouldBe("note of alice", ShopScan.Said(report));
            report.Writes.ShouldNotBeEmpty();
            report.Writes.ShouldAllBe(one => one.State == WriteState.Restored);
        }
    }

    [Theory]
    [InlineData("CSRF-001")]
    [InlineData("CSRF-006")]
    [InlineData("CSRF-007")]
    public async Task A_safe_scan_sends_none_of_it(string id)
    {
        await using ShopServer shop = ShopServer.Start(ShopFlaw.AnyOrigin, lab.Pki.Material.ServerIdentity);
        ScanReport report = await CheckLab.RunAsync(s_checks[id](), ShopScan.Request(lab, shop.Endpoint, ScanMode.Safe));
        ShopScan.Undecided(report);
        report.Writes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false, Confidence.Suspect)]
    [InlineData(true, Confidence.Confirmed)]
    public async Task A_certificate_alone_is_a_suspicion_unless_browsers_are_expected(bool browsers, Confidence confidence)
    {
        string note = "as it was";
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Pki.Material.ServerIdentity, async context =>
        {
            if (context.Request.Path != "/note" || context.Connection.ClientCertificate?.Issuer != lab.Pki.Alice.Certificate.Issuer)
            {
                context.Response.StatusCode = context.Request.Path != "/note" ? 404 : 403;
                return;
            }

            if (context.Request.Method == "POST")
            {
                using var document = await System.Text.Json.JsonDocument.ParseAsync(context.Request.Body);
                note = document.RootElement.GetProperty("note").GetString() ?? note;
            }

            await context.Response.WriteAsync($$"""{"note":"{{note}}","mark":"mark-of-nobody-else-1"}""");
        });
        ScanRequest request = lab.Request(server.Endpoint) with
        {
            Operations = [new() { Method = "GET", PathTemplate = "/note", DeclaredProtected = true }, new() { Method = "POST", PathTemplate = "/note" }],
            Mode = ScanMode.Active,
            Expect = new() { Browsers = browsers },
        };
        ScanReport report = await CheckLab.RunAsync(new CrossSiteWrite(), request);
        report.Findings.ShouldHaveSingleItem(ShopScan.Said(report)).Confidence.ShouldBe(confidence);
        note.ShouldBe("as it was");
    }

    // The framework's own way in ASP.NET Core: one half of the token is in the form, the other in a cookie that comes with the form's page.
    [Theory]
    [InlineData("CSRF-001")]
    [InlineData("CSRF-002")]
    public async Task A_cookie_that_the_page_of_a_form_sets_comes_back_with_the_form(string id)
    {
        string note = "as it was";
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Pki.Material.ServerIdentity, async context =>
        {
            (HttpRequest request, string? half) = (context.Request, context.Request.Cookies[".AspNetCore.Antiforgery.x"]);
            if (request.Path == "/login")
            {
                context.Response.Headers.Append("Set-Cookie", "__Host-session=0123456789abcdef0123; Path=/; Secure; HttpOnly; SameSite=Lax");
                return;
            }

            if (request.Path != "/note" || request.Cookies["__Host-session"] != "0123456789abcdef0123")
            {
                bool known = request.Path == "/me" && context.Connection.ClientCertificate?.Subject == lab.Pki.Alice.Certificate.Subject;
                context.Response.StatusCode = known ? 200 : request.Path == "/note" ? 401 : 404;
                await context.Response.WriteAsync(known ? """{"name":"alice","mark":"mark-of-nobody-else-1"}""" : "");
                return;
            }

            if (request.Method == "POST")
            {
                IFormCollection form = request.HasFormContentType ? await request.ReadFormAsync() : FormCollection.Empty;
                if (half is null || form["__RequestVerificationToken"].ToString() != "of " + half)
                {
                    context.Response.StatusCode = 400;
                    return;
                }

                note = form["note"].ToString();
            }

            if (half is null)
            {
                half = Guid.NewGuid().ToString("N");
                context.Response.Headers.Append("Set-Cookie", $".AspNetCore.Antiforgery.x={half}; Path=/; Secure; HttpOnly; SameSite=Strict");
            }

            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync($"""<form method="post" action="/note"><input name="note" value="{note}"><input type="hidden" name="__RequestVerificationToken" value="of {half}"></form>""");
        });
        ScanRequest target = lab.Request(server.Endpoint, lab.Pki.Alice, lab.Pki.Bob);
        ScanReport report = await CheckLab.RunAsync(s_checks[id](), target with
        {
            Operations = [new() { Method = "GET", PathTemplate = "/me", DeclaredProtected = true }, new() { Method = "GET", PathTemplate = "/note" }, new() { Method = "POST", PathTemplate = "/note" }],
            Mode = ScanMode.Active,
            Identities = [.. target.Identities.Select(one => one with { Login = ShopScan.Login(one.Name, "a pass of theirs") with { Path = "/login" } })],
        });
        ShopScan.Passed(report);
    }

    [Fact]
    public async Task Without_a_token_there_is_none_to_forge_and_without_upgrades_no_socket()
    {
        ScanReport token = await ShopScan.RunAsync(lab, new ForgedFormToken(), ShopFlaw.None, ScanMode.Active, request => request with
        {
            Operations = [.. request.Operations.Where(one => one.PathTemplate is "/me" or "/things")],
        });
        token.Findings.ShouldBeEmpty();
        token.Checks.Single().Outcome.ShouldBe("notTested", ShopScan.Said(token));
        ScanReport socket = await ShopScan.RunAsync(lab, new CrossSiteSocket(), ShopFlaw.None, ScanMode.Safe, request => request with
        {
            Operations = [.. request.Operations.Where(one => one.PathTemplate is not "/ws")],
        });
        socket.Checks.Single().Outcome.ShouldBe("notApplicable", ShopScan.Said(socket));
    }
}
