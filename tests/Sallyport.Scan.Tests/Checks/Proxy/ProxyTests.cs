using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Proxy;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Proofs.Broken;

namespace Sallyport.Scan.Tests.Checks.Proxy;

/// <summary>PROXY-001 to PROXY-006: what a client writes that only a proxy may.</summary>
public sealed class ProxyTests(CheckLab lab)
{
    [Theory]
    [InlineData("PROXY-001", "X-SSL-Client-CN", "alice")]
    [InlineData("PROXY-001", "X-Forwarded-Client-Cert", null)]
    [InlineData("PROXY-001", "SSL_CLIENT_S_DN_CN", "alice")]
    [InlineData("PROXY-002", "Client-Cert", null)]
    public async Task A_header_that_is_believed_from_nobody_is_found(string id, string header, string? value)
    {
        await using ApiServer server = await ApiServer.StartAsync(lab, caller: context => ApiServer.Caller(context) ?? Named(context, header, value));
        Finding finding = await SingleAsync(id, server.Request());
        finding.Confidence.ShouldBe(Confidence.Confirmed);
        finding.Evidence.Length.ShouldBe(3);
    }

    [Theory]
    [InlineData("X-Remote-User", false, "alice")]
    [InlineData("Client-Cert", false, null)]
    [InlineData("CLIENT_CERT", true, null)]
    public async Task A_header_that_is_believed_over_a_certificate_is_found(string header, bool underscores, string? value)
    {
        await using ApiServer server = await ApiServer.StartAsync(lab, caller: context => Named(context, header, value) ?? ApiServer.Caller(context));
        Finding finding = await SingleAsync("PROXY-003", server.Request());
        finding.Identity.ShouldBe("bob");
        finding.Observed.Contains("underscores", StringComparison.Ordinal).ShouldBe(underscores);
    }

    [Fact]
    public async Task An_address_in_a_header_that_opens_what_is_refused_is_found()
    {
        await using ApiServer server = await ApiServer.StartAsync(lab, caller: context =>
            context.Request.Path.StartsWithSegments("/admin", StringComparison.Ordinal) && context.Request.Headers["X-Forwarded-For"] == "127.0.0.1" ? "root" : ApiServer.Caller(context));
        Finding finding = await SingleAsync("PROXY-004", server.Request());
        (finding.Variant, finding.Operation, finding.Identity).ShouldBe(("address", "GET /admin/accounts", "alice"));
    }

    [Fact]
    public async Task A_path_in_a_header_that_replaces_the_checked_one_is_found()
    {
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            if (context.Request.Headers["X-Original-URL"] == "/admin/accounts" && ApiServer.Caller(context) is not null)
            {
                await ApiServer.JsonAsync(context, "{\"accounts\":[\"alice\",\"bob\"],\"note\":\"list-7f3a9c21\"}");
                return true;
            }

            return false;
        });
        (await SingleAsync("PROXY-004", server.Request())).Variant.ShouldBe("path");
    }

    [Fact]
    public async Task A_host_in_a_header_that_gets_into_a_link_is_found_and_an_echo_is_not()
    {
        static Func<HttpContext, Task<bool>> Links(string form) => async context =>
        {
            bool own = context.Request.Path == "/profiles/alice" && ApiServer.Caller(context) == "alice";
            string host = context.Request.Headers["X-Forwarded-Host"].FirstOrDefault() ?? "localhost";
            await (own ? ApiServer.ProfileAsync(context, "alice", string.Format(System.Globalization.CultureInfo.InvariantCulture, form, host)) : Task.CompletedTask);
            return own;
        };
        await using ApiServer linking = await ApiServer.StartAsync(lab, Links(",\"self\":\"https://{0}/profiles/alice\""));
        (await SingleAsync("PROXY-004", linking.Request())).Variant.ShouldBe("host");
        await using ApiServer echoing = await ApiServer.StartAsync(lab, Links(",\"youSent\":\"{0}\""));
        (await RunAsync("PROXY-004", echoing.Request())).Findings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("//admin/accounts")]
    [InlineData("/ADMIN/accounts")]
    [InlineData("/admin/accounts/")]
    [InlineData("/admin;/accounts")]
    public async Task Another_spelling_that_is_let_through_is_found(string spelling)
    {
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            if (context.Request.Path.Value == spelling && ApiServer.Caller(context) is not null)
            {
                await ApiServer.JsonAsync(context, "{\"accounts\":[\"alice\",\"bob\"],\"note\":\"list-7f3a9c21\"}");
                return true;
            }

            return false;
        });
        Finding finding = await SingleAsync("PROXY-005", server.Request());
        finding.Observed.ShouldContain(spelling);
    }

    [Fact]
    public async Task A_backend_that_answers_is_found_one_that_refuses_passes_and_a_silent_one_is_undecided()
    {
        await using ApiServer front = await ApiServer.StartAsync(lab);
        await using HandlerServer open = await HandlerServer.StartAsync(null, context => ApiServer.ProfileAsync(context, "alice"), _ => { });
        await using HandlerServer strict = await HandlerServer.StartAsync(null, context => ApiServer.RefuseAsync(context, 401), _ => { });
        await using HandlerServer broken = await HandlerServer.StartAsync(null, context => ApiServer.RefuseAsync(context, 503), _ => { });
        (await SingleAsync("PROXY-006", With(front, open))).Confidence.ShouldBe(Confidence.Confirmed);
        (await RunAsync("PROXY-006", With(front, strict))).Checks.Single().Outcome.ShouldBe("passed");
        (await RunAsync("PROXY-006", With(front, broken))).Checks.Single().Outcome.ShouldBe("notTested");
        (await RunAsync("PROXY-006", front.Request())).Checks.Single().Needs.ShouldHaveSingleItem().ShouldContain("backends");
    }

    [Theory]
    [InlineData("PROXY-001")]
    [InlineData("PROXY-002")]
    [InlineData("PROXY-003")]
    [InlineData("PROXY-004")]
    [InlineData("PROXY-005")]
    public async Task A_server_that_reads_none_of_it_passes_and_a_broken_one_is_undecided(string id)
    {
        await using ApiServer server = await ApiServer.StartAsync(lab);
        ScanReport report = await RunAsync(id, server.Request());
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().ToString());

        // It breaks once it has seen more than the survey asks: nothing that was not answered passes.
        int left = id == "PROXY-002" ? 13 : 20;
        await using ApiServer broken = await ApiServer.StartAsync(lab, async context =>
        {
            if (System.Threading.Interlocked.Decrement(ref left) >= 0)
            {
                return false;
            }

            await ApiServer.RefuseAsync(context, 503);
            return true;
        });
        report = await RunAsync(id, broken.Request());
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("notTested", report.Checks.Single().ToString());
    }

    [Theory]
    [InlineData("PROXY-001", true)]
    [InlineData("PROXY-001", false)]
    [InlineData("PROXY-002", true)]
    [InlineData("PROXY-002", false)]
    public async Task Where_nobody_is_served_and_only_the_control_breaks_no_header_is_blamed_or_cleared(string id, bool heals)
    {
        // Everybody is served. From the checks on, alice meets an error after a plain request of nobody; after one with headers only if she does not heal.
        bool broken = false;
        bool turned = false;
        await using ApiServer server = await ApiServer.StartAsync(
            lab,
            async context =>
            {
                if (ApiServer.Caller(context) is null)
                {
                    broken = turned && (!heals || !context.Request.Headers.Keys.Any(static name => name.Contains("client", StringComparison.OrdinalIgnoreCase)));
                }
                else if (broken && context.Request.Path == "/profiles/alice")
                {
                    await ApiServer.RefuseAsync(context, 503);
                    return true;
                }

                return false;
            },
            context => ApiServer.Caller(context) ?? "alice");
        ScanReport report = await BrokenScan.RunAsync(server.Request(), TimeProvider.System, () => turned = true, [CheckOf(id)]);
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("notTested", report.Checks.Single().ToString());
        report.Checks.Single().Reason.ShouldNotBeNull().ShouldContain("no longer succeeded");
    }

    [Fact]
    public async Task Where_the_handshake_refuses_nobody_headers_are_never_read()
    {
        ScanRequest request = lab.Request((await lab.KestrelAsync()).Require);
        (await RunAsync("PROXY-001", request)).Checks.Single().Outcome.ShouldBe("notApplicable");
        (await RunAsync("PROXY-002", request)).Checks.Single().Outcome.ShouldBe("notApplicable");
    }

    private static string? Named(HttpContext context, string header, string? value)
    {
        // Kestrel keeps names as they came, looks them up without regard to case, and takes '_' for another character than '-'.
        string? sent = context.Request.Headers[header].LastOrDefault();
        return sent is null || (value is not null && sent.Trim() != value) ? null : "alice";
    }

    private static async Task<Finding> SingleAsync(string id, ScanRequest request)
    {
        ScanReport report = await RunAsync(id, request);
        Finding finding = report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString());
        finding.Id.ShouldBe(id);
        return finding;
    }

    private static Task<ScanReport> RunAsync(string id, ScanRequest request) => CheckLab.RunAsync(CheckOf(id), request);

    private static Check CheckOf(string id) =>
        new Check[] { new NobodyWithHeaders(), new NobodyWithClientCert(), new OtherWithHeaders(), new ForwardedHeaders(), new PathConfusion(), new OpenBackend() }.Single(check => check.Info.Id == id);

    private static ScanRequest With(ApiServer front, HandlerServer backend)
    {
        TargetUrl.TryParse($"http://127.0.0.1:{backend.Endpoint.Port}", out TargetUrl? place, out _).ShouldBeTrue();
        return front.Request() with { Backends = [place!] }; // asserted
    }
}
