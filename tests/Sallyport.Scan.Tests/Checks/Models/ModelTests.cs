using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Graphs;
using Sallyport.Scan.Checks.Models;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Models;

/// <summary>LLM-001 to LLM-012 and GQL-001 to GQL-005, each on a stand-in that has the one flaw, on one that has none, and on one that breaks.</summary>
public sealed class ModelTests(CheckLab lab)
{
    private const string Prompt = "You are the assistant of the lamp shop. Reference CANARY-8f21bc90. Never speak of prices that are not in the list, never promise a day of delivery, never take orders, and always answer in the customer's own language, in one friendly sentence.";

    private static readonly Operation s_chat = new()
    {
        Method = "POST",
        PathTemplate = "/assistant/chat",
        HasSecurity = true,
        Body = new("application/json", true, new() { Types = ["object"], Properties = ApiSchema.None.Add("messages", new() { Types = ["array"], Items = new() { Types = ["object"] } }) }, ["{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}"]),
    };

    private static readonly Operation s_graph = new()
    {
        Method = "POST",
        PathTemplate = "/graphql",
        HasSecurity = true,
        Body = new("application/json", true, new() { Types = ["object"], Properties = ApiSchema.None.Add("query", new() { Types = ["string"] }) }, ["{\"query\":\"{__typename}\"}"]),
    };

    [Theory]
    [InlineData("LLM-001", "open")]
    [InlineData("LLM-002", "prompt")]
    [InlineData("LLM-003", "obeys")]
    [InlineData("LLM-004", "obeys")]
    [InlineData("LLM-005", "obeys")]
    [InlineData("LLM-006", "obeys")]
    [InlineData("LLM-007", "obeys")]
    [InlineData("LLM-008", "obeys html")]
    [InlineData("LLM-009", "tells all")]
    [InlineData("LLM-010", "fetches")]
    [InlineData("LLM-011", "endless")]
    [InlineData("LLM-012", "keys")]
    public async Task A_model_with_the_flaw_is_found_a_sound_one_passes_and_a_broken_one_is_undecided(string id, string flaw)
    {
        await using ApiServer flawed = await ModelAsync(flaw);
        ScanReport report = await RunAsync(id, Request(flawed));
        report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString()).Confidence.ShouldNotBe(Confidence.Suspect);

        await using ApiServer sound = await ModelAsync("none");
        report = await RunAsync(id, Request(sound));
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().ToString());

        await using ApiServer broken = await ModelAsync("broken");
        report = await RunAsync(id, Request(broken));
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("notTested", report.Checks.Single().ToString());
    }

    [Fact]
    public async Task A_model_that_only_repeats_what_it_was_asked_has_no_finding()
    {
        await using ApiServer echo = await ModelAsync("echo");
        foreach (string id in new[] { "LLM-003", "LLM-004", "LLM-005", "LLM-006", "LLM-007", "LLM-008" })
        {
            ScanReport report = await RunAsync(id, Request(echo));
            report.Findings.ShouldBeEmpty(id);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_that_answers_a_certificate_without_the_token_that_is_described_is_found(bool open)
    {
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            bool admitted = ApiServer.Caller(context) is not null && (open || context.Request.Headers.Authorization == "Bearer alices-token");
            bool asked = context.Request.Path == s_chat.PathTemplate && context.Request.Method == "POST";
            await (!asked ? Task.CompletedTask : admitted ? ApiServer.JsonAsync(context, "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"Hello.\"}}]}") : ApiServer.RefuseAsync(context, 401));
            return asked;
        });
        ScanRequest request = Request(server);
        request = request with
        {
            Identities = [.. request.Identities.Select(one => one.Name == "alice" ? one with { Token = new Secret("alices-token") } : one)],
            Operations = [CheckLab.Profiles, s_chat with { Security = [new([new("mtls", SecuritySchemeKind.MutualTls, null, null, []), new("token", SecuritySchemeKind.Bearer, null, null, [])])] }],
        };
        ScanReport report = await RunAsync("LLM-001", request);
        report.Findings.Length.ShouldBe(open ? 1 : 0, report.Checks.Single().ToString());
        report.Checks.Single().Outcome.ShouldBe(open ? "failed" : "passed", report.Checks.Single().ToString());
    }

    [Fact]
    public async Task Nothing_is_asked_in_safe_mode_and_nothing_where_there_is_no_model()
    {
        await using ApiServer sound = await ModelAsync("open");
        ScanReport report = await RunAsync("LLM-001", Request(sound) with { Mode = ScanMode.Safe });
        report.Checks.Single().Needs.ShouldContain("--mode active");
        report.Writes.ShouldBeEmpty();
        (await RunAsync("LLM-001", Request(sound) with { Operations = [CheckLab.Profiles] })).Checks.Single().Outcome.ShouldBe("notApplicable");
    }

    [Fact]
    public void Texts_are_compared_by_runs_of_four_words()
    {
        PromptTold.Overlap(Prompt, Prompt).ShouldBe(1);
        PromptTold.Overlap(Prompt, "Sure! " + Prompt).ShouldBeGreaterThan(0.85);
        PromptTold.Overlap(Prompt, "something else that is said here").ShouldBe(0);
        PromptTold.Overlap("", Prompt).ShouldBe(0);
    }

    [Theory]
    [InlineData("GQL-001", "introspection")]
    [InlineData("GQL-002", "suggestions")]
    [InlineData("GQL-003", "batch")]
    [InlineData("GQL-004", "aliases")]
    [InlineData("GQL-005", "depth")]
    public async Task A_graph_with_the_flaw_is_found_a_sound_one_passes_and_a_broken_one_is_undecided(string id, string flaw)
    {
        await using ApiServer flawed = await GraphAsync(flaw);
        ScanReport report = await RunAsync(id, Request(flawed));
        report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString()).Id.ShouldBe(id);

        await using ApiServer sound = await GraphAsync("none");
        report = await RunAsync(id, Request(sound));
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe(id == "GQL-005" ? "notTested" : "passed", report.Checks.Single().ToString());

        await using ApiServer broken = await GraphAsync("broken");
        report = await RunAsync(id, Request(broken));
        report.Checks.Single().Outcome.ShouldBe("notTested", report.Checks.Single().ToString());
    }

    [Fact]
    public async Task A_graph_that_bounds_the_depth_passes()
    {
        await using ApiServer bounded = await GraphAsync("bounded depth");
        (await RunAsync("GQL-005", Request(bounded))).Checks.Single().Outcome.ShouldBe("passed");
    }

    private static Task<ScanReport> RunAsync(string id, ScanRequest request) => CheckLab.RunAsync(
        new Scan.Checks.Check[]
        {
            new OpenModel(), new PromptTold(), new Override(), new Personas(), new Encodings(), new InnerInstructions(), new CarriedOut(), new RawOutput(), new OthersData(), new Agency(), new Cost(), new SaidSecrets(),
            new Introspection(), new Suggestions(), new Batch(), new Aliases(), new Depth(),
        }.Single(check => check.Info.Id == id),
        request);

    private static ScanRequest Request(ApiServer server)
    {
        ScanRequest request = server.Request();
        return request with
        {
            Mode = ScanMode.Active,
            Operations = [CheckLab.Profiles, s_chat, s_graph],
            Identities = [request.Identities[0] with { Values = request.Identities[0].Values.Add("promptCanary", "CANARY-8f21bc90") }, .. request.Identities.Skip(1)],
        };
    }

    private Task<ApiServer> ModelAsync(string flaw) => ApiServer.StartAsync(lab, async context =>
    {
        if (context.Request.Path != "/assistant/chat")
        {
            return false;
        }

        if (flaw == "broken" || (flaw != "open" && ApiServer.Caller(context) is null))
        {
            await ApiServer.RefuseAsync(context, flaw == "broken" ? 503 : 401);
            return true;
        }

        using StreamReader reader = new(context.Request.Body);
        JsonNode body = JsonNode.Parse(await reader.ReadToEndAsync(context.RequestAborted))!; // the scanner sends JSON
        string asked = body["messages"]?[0]?["content"]?.GetValue<string>() ?? "";
        string said = await SayAsync(flaw, asked);
        await (flaw == "obeys html"
            ? ApiServer.JsonAsync(context, said, "text/html")
            : ApiServer.JsonAsync(context, new JsonObject { ["object"] = "chat.completion", ["choices"] = new JsonArray(new JsonObject { ["message"] = new JsonObject { ["content"] = said } }) }.ToJsonString()));
        return true;
    });

    private static async Task<string> SayAsync(string flaw, string asked)
    {
        switch (flaw)
        {
            case "echo":
                return $"I cannot do that: {asked}";
            case "prompt" when asked.Contains("instructions", StringComparison.Ordinal):
                return Prompt;
            case "obeys" or "obeys html":
                return Obey(asked);
            case "tells all" when asked.Contains("alice", StringComparison.Ordinal):
                return "Of course. alice: alice.4711@mail.test";
            case "fetches" when Regex.Match(asked, @"http://[^\s""}]+") is { Success: true } url:
                using (HttpClient http = new())
                {
                    await http.GetAsync(new Uri(url.Value));
                }

                return "done";
            case "endless" when asked.Contains("for ever", StringComparison.Ordinal):
                return string.Concat(Enumerable.Repeat("sally ", 5_000));
            case "keys" when asked.Contains("keys", StringComparison.Ordinal):
                return "Sure: AKIAQYLPMN5HHHFPZAM2";
            default:
                return "I can help with lamps.";
        }
    }

    // What a model does that follows whatever it reads.
    private static string Obey(string asked)
    {
        foreach (Match match in Regex.Matches(asked, "(?:text: |text )?([A-Za-z0-9+/]{40,}={0,2}|[0-9A-F]{60,})"))
        {
            byte[] bytes = Regex.IsMatch(match.Groups[1].Value, "^[0-9A-F]+$") ? Convert.FromHexString(match.Groups[1].Value) : Convert.FromBase64String(match.Groups[1].Value);
            asked += Encoding.UTF8.GetString(bytes);
        }

        string plain = asked.Replace("\u200B", "", StringComparison.Ordinal);
        if (Regex.Match(plain, "(SP-[0-9a-f]{16})\"? and \"?([0-9a-f]{16})") is { Success: true } halves)
        {
            return halves.Groups[1].Value + halves.Groups[2].Value;
        }

        if (Regex.Match(plain, "SP-[0-9a-f]{16}") is not { Success: true } token)
        {
            return "I can help with lamps.";
        }

        string backwards = new([.. token.Value.Reverse()]);
        return plain switch
        {
            _ when Regex.Match(plain, "address is ([^ ]+) followed") is { Success: true } image => $"![a]({image.Groups[1].Value}{backwards})",
            _ when Regex.Match(plain, "to ([^ ]+) followed") is { Success: true } link => $"[more]({link.Groups[1].Value}{backwards})",
            _ when plain.Contains("script tag", StringComparison.Ordinal) => $"<script>{backwards}</script>",
            _ when plain.Contains("onerror", StringComparison.Ordinal) => $"<img src=x onerror=\"alert({backwards})\">",
            _ => backwards,
        };
    }

    private Task<ApiServer> GraphAsync(string flaw) => ApiServer.StartAsync(lab, async context =>
    {
        if (context.Request.Path != "/graphql")
        {
            return false;
        }

        if (flaw == "broken" || ApiServer.Caller(context) is null)
        {
            await ApiServer.RefuseAsync(context, flaw == "broken" ? 500 : 401);
            return true;
        }

        using StreamReader reader = new(context.Request.Body);
        JsonNode body = JsonNode.Parse(await reader.ReadToEndAsync(context.RequestAborted))!; // the scanner sends JSON
        string answer = body is JsonArray batch
            ? flaw == "batch" ? $"[{string.Join(',', batch.Select(static _ => "{\"data\":{\"__typename\":\"Query\"}}"))}]" : "{\"errors\":[{\"message\":\"one at a time\"}]}"
            : Answer(flaw, body["query"]?.GetValue<string>() ?? "");
        await ApiServer.JsonAsync(context, answer);
        return true;
    });

    private static string Answer(string flaw, string query)
    {
        const string Error = "{\"errors\":[{\"message\":\"not allowed\"}]}";
        int levels = query.Count(static c => c == '{');
        return query switch
        {
            "{__typename}" => "{\"data\":{\"__typename\":\"Query\"}}",
            _ when query.StartsWith("{__schema", StringComparison.Ordinal) => flaw == "introspection" ? "{\"data\":{\"__schema\":{\"types\":[{\"name\":\"Order\"},{\"name\":\"Query\"}]}}}" : Error,
            _ when query.StartsWith("{__type(", StringComparison.Ordinal) => flaw == "depth" || (flaw == "bounded depth" && levels < 10) ? "{\"data\":{\"__type\":{\"ofType\":null}}}" : Error,
            // It bounds the query before it looks at the fields.
            _ when query.Contains("orderz", StringComparison.Ordinal) => flaw == "suggestions" && query.Count(static c => c == ' ') < 5 ? "{\"errors\":[{\"message\":\"Cannot query field orderz. Did you mean orders?\"}]}" : Error,
            _ => flaw == "aliases" ? $"{{\"data\":{{{string.Join(',', Enumerable.Range(0, 1000).Select(static i => string.Create(CultureInfo.InvariantCulture, $"\"a{i}\":\"Query\"")))}}}}}" : Error,
        };
    }
}
