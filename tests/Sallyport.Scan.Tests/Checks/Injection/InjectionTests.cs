using System;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Scan.Checks.Injection;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Transport;

namespace Sallyport.Scan.Tests.Checks.Injection;

/// <summary>IV-001 to IV-007, SSRF-001 and SSRF-002: what becomes of callers' text.</summary>
public sealed class InjectionTests(CheckLab lab)
{
    private static readonly Operation s_search = new()
    {
        Method = "GET",
        PathTemplate = "/search",
        HasSecurity = true,
        Parameters =
        [
            new("q", "query", true, ["lamp"]) { Schema = new() { Types = ["string"], MaxLength = 50 } },
            new("limit", "query", false, []) { Schema = new() { Types = ["integer"], Minimum = 1, Maximum = 100 } },
        ],
    };

    private static readonly Operation s_file = new() { Method = "GET", PathTemplate = "/files/{file}", HasSecurity = true, Parameters = [new("file", "path", true, ["terms.txt"])] };

    private static readonly Operation s_fetch = new() { Method = "GET", PathTemplate = "/preview", HasSecurity = true, Parameters = [new("url", "query", true, ["https://example.com/"])] };

    private static readonly Operation s_note = new()
    {
        Method = "POST",
        PathTemplate = "/notes",
        HasSecurity = true,
        Body = new("application/json", true, new() { Types = ["object"], Properties = ApiSchema.None.Add("text", new() { Types = ["string"], MaxLength = 20 }).Add("stars", new() { Types = ["integer"], Minimum = 0, Maximum = 5 }) }, ["{\"text\":\"hello\",\"stars\":3}"]),
    };

    public static TheoryData<string, string?, string> Flaws() => new()
    {
        { "IV-001", "error", "500 for odd numbers" },
        { "IV-001", "accepted", "any number" },
        { "IV-002", null, "quote" },
        { "IV-002", null, "condition" },
        { "IV-003", "template", "template" },
        { "IV-003", "command", "command" },
        { "IV-003", "nosql", "operators" },
        { "IV-003", "xpath", "xpath" },
        { "IV-004", null, "files" },
        { "IV-007", null, "debug" },
        { "SSRF-001", null, "fetch" },
        { "SSRF-002", null, "file url" },
    };

    [Theory]
    [MemberData(nameof(Flaws))]
    public async Task A_server_that_runs_text_is_found(string id, string? variant, string flaw)
    {
        await using ApiServer server = await StartAsync(flaw);
        ScanReport report = await RunAsync(id, Request(server));
        Finding finding = report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString());
        (finding.Id, finding.Variant).ShouldBe((id, variant));
    }

    [Theory]
    [InlineData("IV-001")]
    [InlineData("IV-002")]
    [InlineData("IV-003")]
    [InlineData("IV-004")]
    [InlineData("IV-005")]
    [InlineData("IV-006")]
    [InlineData("IV-007")]
    [InlineData("SSRF-001")]
    [InlineData("SSRF-002")]
    public async Task A_careful_server_passes_and_one_that_breaks_is_undecided(string id)
    {
        await using ApiServer server = await StartAsync("none");
        ScanReport report = await RunAsync(id, Request(server));
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().ToString());

        await using ApiServer broken = await ApiServer.StartAsync(lab, async context =>
        {
            await ApiServer.RefuseAsync(context, 503);
            return true;
        });
        report = await RunAsync(id, Request(broken));
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("notTested", report.Checks.Single().ToString());
    }

    [Theory]
    [InlineData("echo")]
    [InlineData("escaped echo")]
    public async Task An_address_that_is_only_repeated_was_not_fetched(string how)
    {
        await using ApiServer server = await StartAsync(how);
        ScanReport report = await RunAsync("SSRF-002", Request(server));
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().ToString());
    }

    [Theory]
    [InlineData("call", Confidence.Confirmed)]
    [InlineData("look up", Confidence.Suspect)]
    [InlineData("refuse", null)]
    public async Task A_name_of_the_users_zone_is_called_looked_up_or_refused(string what, Confidence? confidence)
    {
        CallbackZone.TryParse($"dns://127.0.0.1:{DnsQuestion.FreePort()}/cb.test.example", out CallbackZone? zone, out _).ShouldBeTrue();
        using HttpClient http = new();
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            // Its list refuses addresses: only names are looked at.
            if (what != "refuse" && Uri.TryCreate(context.Request.Query["url"], UriKind.Absolute, out Uri? given) && given.HostNameType == UriHostNameType.Dns && given.Host.EndsWith("cb.test.example", StringComparison.Ordinal)
                && await DnsQuestion.AskAsync(zone!.Server, given.Host, context.RequestAborted) is { } address && what == "call") // parsed above
            {
                (await http.GetAsync(new UriBuilder(given) { Host = address.ToString() }.Uri, context.RequestAborted)).Dispose();
            }

            bool own = context.Request.Path == "/preview" && ApiServer.Caller(context) is not null;
            await (own ? ApiServer.JsonAsync(context, "{\"preview\":\"none a7\"}") : Task.CompletedTask);
            return own;
        });
        ScanReport report = await RunAsync("SSRF-001", Request(server) with { CallbackZone = zone });
        report.Findings.Select(finding => (Confidence?)finding.Confidence).Distinct().ShouldBe(confidence is null ? [] : [confidence], report.Checks.Single().ToString());
        report.Checks.Single().Failed.ShouldBe(confidence is null ? 0 : 1);
    }

    [Fact]
    public async Task An_entity_of_a_document_that_is_fetched_is_found_in_active_mode_only()
    {
        using HttpClient http = new();
        await using ApiServer server = await StartAsync("entities", async text =>
        {
            int at = text.IndexOf("SYSTEM \"", StringComparison.Ordinal);
            await (at < 0 ? Task.CompletedTask : http.GetAsync(new Uri(text[(at + 8)..text.IndexOf('"', at + 8)])));
        });
        ScanReport report = await RunAsync("IV-003", Request(server) with { Operations = [CheckLab.Profiles, s_note], Mode = ScanMode.Active });
        report.Findings.Select(one => one.Variant).Distinct().ShouldHaveSingleItem(report.Checks.Single().ToString()).ShouldBe("xxe");
    }

    [Fact]
    public async Task Members_of_a_body_are_held_to_their_schema_in_active_mode()
    {
        await using ApiServer server = await StartAsync("any note");
        ScanReport report = await RunAsync("IV-001", Request(server) with { Operations = [CheckLab.Profiles, s_note], Mode = ScanMode.Active });
        report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString()).Variant.ShouldBe("accepted");
        report.Writes.ShouldNotBeEmpty();
        (await RunAsync("IV-001", Request(server) with { Operations = [CheckLab.Profiles, s_note] })).Checks.Single().Outcome.ShouldBe("notTested");
    }

    private static Task<ScanReport> RunAsync(string id, ScanRequest request) => CheckLab.RunAsync(
        new Scan.Checks.Check[]
        {
            new SchemaBreach(), new SqlInjection(), new Interpreters(), new PathTraversal(), new SlowPattern(), new Desync(), new Leftovers(), new CallerAddresses(), new InnerAddresses(),
        }.Single(check => check.Info.Id == id),
        id is "IV-005" or "IV-006" or "SSRF-002" ? request with { Mode = ScanMode.Intrusive } : request);

    private static ScanRequest Request(ApiServer server) => server.Request() with { Operations = [CheckLab.Profiles, s_search, s_file, s_fetch] };

    private Task<ApiServer> StartAsync(string flaw, Func<string, Task>? body = null) => ApiServer.StartAsync(lab, async context =>
    {
        if (ApiServer.Caller(context) is null)
        {
            return false;
        }

        string text = context.Request.Query["q"].ToString();
        switch (context.Request.Path.Value)
        {
            case "/search":
                await SearchAsync(context, flaw, text);
                return true;
            case "/debug/vars" when flaw == "debug":
                await ApiServer.JsonAsync(context, "{\"cmdline\":[],\"memstats\":{\"Alloc\":1}}");
                return true;
            case "/preview":
                await PreviewAsync(context, flaw);
                return true;
            case "/notes":
                using (System.IO.StreamReader reader = new(context.Request.Body))
                {
                    string sent = await reader.ReadToEndAsync(context.RequestAborted);
                    await (body is null ? Task.CompletedTask : body(sent));
                    await ApiServer.JsonAsync(context, "{\"saved\":true}");
                }

                return true;
            case { } path when path.StartsWith("/files/", StringComparison.Ordinal):
                bool out_ = flaw == "files" && Uri.UnescapeDataString(path).Contains("../../", StringComparison.Ordinal);
                await (out_ ? context.Response.WriteAsync("root:x:0:0:root:/root:/bin/sh\n", context.RequestAborted)
                    : path == "/files/terms.txt" ? ApiServer.JsonAsync(context, "{\"text\":\"terms 8f2c\"}") : ApiServer.RefuseAsync(context, 404));
                return true;
            default:
                return false;
        }
    });

    private static async Task PreviewAsync(HttpContext context, string flaw)
    {
        string url = context.Request.Query["url"].ToString();
        if (flaw == "fetch" && Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && address.IsLoopback)
        {
            using HttpClient http = new();
            await http.GetAsync(address, context.RequestAborted);
        }

        await (flaw == "file url" && url.StartsWith("file:///etc/passwd", StringComparison.Ordinal)
            ? context.Response.WriteAsync("root:x:0:0:root:/root:/bin/sh\n", context.RequestAborted)
            : ApiServer.JsonAsync(context, flaw switch
            {
                "echo" => $"{{\"preview\":\"none of {url}\"}}",
                "escaped echo" => $"{{\"preview\":\"none of {url.Replace("/", "\\/", StringComparison.Ordinal)}\"}}",
                _ => "{\"preview\":\"none a7\"}",
            }));
    }

    private static async Task SearchAsync(HttpContext context, string flaw, string text)
    {
        string limit = context.Request.Query["limit"].ToString();
        // The description says at most 50 characters, and a number from 1 to 100.
        bool sound = limit.Length == 0 || (int.TryParse(limit, out int number) && number is >= 1 and <= 100);
        sound &= text.Length <= 50;
        if (!sound && flaw != "any number")
        {
            await ApiServer.RefuseAsync(context, flaw == "500 for odd numbers" ? 500 : 400);
            return;
        }

        if (flaw == "quote" && text.Count(static c => c == '\'') % 2 == 1)
        {
            context.Response.StatusCode = 500;
            await context.Response.WriteAsync("SQLite Error 1: 'unrecognized token'", context.RequestAborted);
            return;
        }

        if (flaw == "xpath" && text.Contains('\'', StringComparison.Ordinal))
        {
            context.Response.StatusCode = 500;
            await context.Response.WriteAsync("System.Xml.XPath.XPathException: This is an unclosed string.", context.RequestAborted);
            return;
        }

        JsonArray found = [];
        bool all = flaw switch
        {
            "condition" => Condition(text),
            "operators" => text.Length == 0 && context.Request.Query.ContainsKey("q[$ne]"),
            _ => text == "lamp",
        };
        if (all)
        {
            found.Add("lamp 4711");
        }

        if (flaw is "template" or "command" && Regex.Match(text, flaw == "template" ? @"\{\{(\d+)\*(\d+)\}\}" : @";expr (\d+) '\*' (\d+)") is { Success: true } product)
        {
            found.Add((long.Parse(product.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) * long.Parse(product.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture)).ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        // What was asked is repeated, as servers do: an echo proves nothing.
        await ApiServer.JsonAsync(context, new JsonObject { ["found"] = found, ["fixed"] = "list 99c1" }.ToJsonString());
    }

    // lamp, and whatever a database would make of a condition behind it.
    private static bool Condition(string text)
    {
        Match match = Regex.Match(text, @"^lamp' AND '(\d+)'='(\d+)$");
        return text == "lamp" || (match.Success && match.Groups[1].Value == match.Groups[2].Value);
    }
}
