using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Lab.Servers;

namespace Sallyport.Scan.Tests.Samples;

/// <summary>What shows each weakness of what comes in.</summary>
internal static class InputSwitches
{
    public static IEnumerable<(Weakness Weakness, Func<OrdersClient, Task<bool>> Shows)> All =>
    [
        (Weakness.LooseInput, async api => (await api.SendAsync("POST", "/orders", api.Alice, """{"item":"a spyglass","quantity":-4,"more":true}""")).Served),
        (Weakness.SqlText, async api => (await api.GetAsync("/search?q=zz'%20OR%20'1'%3D'1", api.Bob)).Text.Contains("\"owner\":\"alice\"", StringComparison.Ordinal)),
        (Weakness.TemplateText, async api => (await api.GetAsync("/search?q=%7B%7B7*191%7D%7D", api.Alice)).Text.Contains("1337", StringComparison.Ordinal)),
        (Weakness.FileByPath, async api => (await api.GetAsync("/files/..%2f..%2f..%2fetc%2fpasswd", api.Alice)).Text.Contains("root:", StringComparison.Ordinal)),
        (Weakness.SlowPattern, async api => (await api.GetAsync($"/search?q={new string('a', 60)}!", api.Alice)).Status == 400),
        (Weakness.DebugRoutes, async api => (await api.SendAsync("GET", "/.git/config", api.Alice.Forged, [])).Text.Contains("[core]", StringComparison.Ordinal)),
        (Weakness.BlindFetch, api => FetchesAsync(api, shown: false)),
        (Weakness.OpenFetch, api => FetchesAsync(api, shown: true)),
        (Weakness.GraphIntrospection, async api => (await AskAsync(api, "{ __schema { types { name } } }")).Contains("queryType", StringComparison.Ordinal)),
        (Weakness.GraphSuggestions, async api => (await AskAsync(api, "{ ordrs { id } }")).Contains("Did you mean", StringComparison.Ordinal)),
        (Weakness.GraphBatches, async api => (await PostAsync(api, """[{"query":"{ me { name } }"},{"query":"{ me { name } }"}]""")).StartsWith("[{\"data\"", StringComparison.Ordinal)),
        (Weakness.GraphAliases, async api => (await AskAsync(api, $"{{ {string.Join(' ', Enumerable.Range(0, 1000).Select(i => $"a{i}: __typename"))} }}")).Contains("a999", StringComparison.Ordinal)),
        (Weakness.GraphDepth, async api => (await AskAsync(api, "{ me { orders { customer { orders { customer { name } } } } } }")).StartsWith("{\"data\"", StringComparison.Ordinal)),
    ];

    private static async Task<bool> FetchesAsync(OrdersClient api, bool shown)
    {
        await using HostileServer listener = HostileServer.Start(HostileBehaviour.PlainHttp);
        OrdersAnswer answer = await api.SendAsync("POST", "/webhooks", api.Alice, $$"""{"url":"http://127.0.0.1:{{listener.Endpoint.Port}}/"}""");
        return listener.Connections > 0 && answer.Served && answer.Text.Contains("preview", StringComparison.Ordinal) == shown;
    }

    private static async Task<string> PostAsync(OrdersClient api, string json) => (await api.SendAsync("POST", "/graphql", api.Alice, json)).Text;

    private static Task<string> AskAsync(OrdersClient api, string query) => PostAsync(api, JsonSerializer.Serialize(new { query }));
}
