using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Tests.Spec;

/// <summary>Well-formed JSON that is no text: half a surrogate pair in an escape, bytes that are no UTF-8, a name that stands twice.</summary>
public sealed class BrokenTextTests(CheckLab lab)
{
    private static readonly string[] s_readers = ["AUTH", "AUTHZ", "IV-", "DATA", "GQL", "LLM", "RACE-001", "RACE-004", "RACE-005", "SPEC", "RL-003", "CSRF", "INV", "UC-", "ENC"];

    [Theory]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("[{\"a\":{\"b\":[\"\\ud800x\"]}}]")]
    [InlineData("{\"a\":\"\u00ff\"}")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{")]
    [InlineData("")]
    public void Is_looked_into_by_nobody(string text) => Json.Node(Encoding.Latin1.GetBytes(text)).ShouldBeNull();

    [Fact]
    public void Is_told_from_what_is_text() => Json.Node(Encoding.UTF8.GetBytes("{\"a\":[\"\\ud83d\\ude00\",\"ü\",null,1]}")).ShouldNotBeNull();

    [Fact]
    public void Is_hidden_as_a_secret_of_the_user_all_the_same() => JsonSecrets.Of("{\"password\":\"geheim\\ud800\",\"\\ud800\":\"other-secret\",\"user\":\"alice\"}").ShouldBe(["geheim\\ud800", "other-secret"], ignoreOrder: true);

    [Fact]
    public async Task Is_never_an_error_inside_a_check()
    {
        // It stands in every answer: in a name, in a value, and as a byte that is no UTF-8.
        byte[] broken = [.. "{\"name\":\"alice\",\"mail\":\"alice.4711@mail.test\",\"note\":\"x\\ud800\",\"\\udfff\":[\"\\ud800\"],\"data\":{\"__typename\":\"\\ud800\"},\"role\":\"\\ud800\",\"choices\":[\"\\ud800\"],\"b\":\""u8, 0xFF, .. "\"}"u8];
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            if (ApiServer.Caller(context) is null)
            {
                return false;
            }

            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(broken, context.RequestAborted);
            return true;
        });
        ImmutableArray<Check> checks = [.. CheckCatalog.BuiltIn.Where(check => check.Info.Mode < ScanMode.Intrusive && Array.Exists(s_readers, start => check.Info.Id.StartsWith(start, StringComparison.Ordinal)))];
        ApiSchema body = new() { Types = ["object"], Properties = ApiSchema.None.Add("note", new() { Types = ["string"] }).Add("role", new() { Types = ["string"], Enum = ["\"\\ud800\"", "1", "\"admin\""] }) };
        ScanRequest request = server.Request() with
        {
            Mode = ScanMode.Active,
            Operations =
            [
                CheckLab.Profiles with { Responses = [new("200", "application/json", body, [])] },
                CheckLab.Profiles with { Method = "PUT", Body = new("application/json", true, body, ["{\"note\":\"\\ud800\"}"]) },
                new() { Method = "GET", PathTemplate = "/orders", HasSecurity = true },
                new() { Method = "POST", PathTemplate = "/chat", HasSecurity = true, Body = new("application/json", true, new() { Types = ["object"], Properties = ApiSchema.None.Add("prompt", new() { Types = ["string"] }) }, []) },
                new() { Method = "POST", PathTemplate = "/graphql", HasSecurity = true, Body = new("application/json", true, new() { Types = ["object"], Properties = ApiSchema.None.Add("query", new() { Types = ["string"] }) }, []) },
            ],
        };
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        ScanReport report = await new Scanner(new ScanSessions(TimeProvider.System), checks, TimeProvider.System).RunAsync(request, null, limit.Token);
        report.SurveyFailure.ShouldBeNull();
        report.Checks.Where(check => check.Reason?.Contains("internal error", StringComparison.Ordinal) == true).Select(check => $"{check.Id}: {check.Reason}").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("example")]
    [InlineData("default")]
    [InlineData("pattern")]
    [InlineData("description")]
    [InlineData("title")]
    [InlineData("format")]
    [InlineData("const")]
    public void Of_a_description_makes_no_request(string keyword)
    {
        string value = keyword == "const" ? "[\"\\ud800\"]" : "\"\\ud800\"";
        string text = """
            {"openapi":"3.1.0","info":{"title":"\ud800","version":"\ud800"},"servers":[{"url":"/\ud800"}],"tags":[{"name":"\ud800"}],
             "components":{"securitySchemes":{"k":{"type":"apiKey","in":"header","name":"\ud800"}}},
             "paths":{"/things/{id}":{"post":{"operationId":"\ud800","security":[{"k":["\ud800"]}],
              "parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string","KEYWORD":VALUE,"enum":["\ud800"]},"example":"\ud800"},{"name":"\ud800","in":"query","required":true,"example":"a"}],
              "requestBody":{"required":true,"content":{"application/json":{"example":{"\ud800":"\ud800"},"schema":{"type":"object","required":["a","\ud800"],"properties":{"a":{"type":"string","KEYWORD":VALUE,"enum":["\ud800"]}}}},"\ud800":{}}},
              "responses":{"200":{"description":"\ud800","content":{"application/json":{"schema":{"enum":["\ud800"]}}}}}}}}}
            """.Replace("KEYWORD", keyword, StringComparison.Ordinal).Replace("VALUE", value, StringComparison.Ordinal);
        foreach (string variant in new[] { text, text.Replace("{\"\\ud800\":\"\\ud800\"}", "\"\\ud800\"", StringComparison.Ordinal), text.Replace("\"\\ud800\":", "\"x\":", StringComparison.Ordinal) })
        {
            foreach (byte[] bytes in new[] { Encoding.UTF8.GetBytes(variant), Encoding.UTF8.GetBytes("# yaml\n" + variant), Encoding.Latin1.GetBytes(variant.Replace("\\ud800", "\u00ff", StringComparison.Ordinal)) })
            {
                if (ApiDescriptionReader.Read(bytes, "spec", null) is ApiDescriptionAnswer.Read { Description.Operations: var operations })
                {
                    operations.Select(operation => ApiRequest.For("", operation, null)?.Target ?? "none").ShouldAllBe(target => !target.Contains('\uD800', StringComparison.Ordinal));
                }
            }
        }
    }
}
