using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrdersApi.App.Graph;
using OrdersApi.App.Http;

namespace OrdersApi.App.Areas;

/// <summary>The same data by GraphQL over HTTP: one query a request.</summary>
internal static class GraphRoutes
{
    /// <summary>The longest query where aliases are bounded, and where they are not: what a body may hold.</summary>
    public const int Longest = 2_000;

    /// <inheritdoc cref="Longest"/>
    public const int LongestUnbounded = 60_000;

    public static void Map(IEndpointRouteBuilder app, Shop shop)
    {
        var executor = new GraphExecutor(shop);
        app.MapPost("/graphql", context => AskAsync(context, executor)).ForReaders();
    }

    private static async Task AskAsync(HttpContext context, GraphExecutor executor)
    {
        if (Switches.Has(context, Weakness.GraphBatches) && await BatchAsync(context) is { } batch)
        {
            await Answers.Json(context, batch.Select(query => Answer(executor.Run(Caller.Of(context), query))));
            return;
        }

        if (await JsonBody.ReadAsync(context, Field.Text("query", 2, Switches.Has(context, Weakness.GraphAliases) ? LongestUnbounded : Longest)) is not { } body)
        {
            return;
        }

        await Answers.Json(context, Answer(executor.Run(Caller.Of(context), body.Text("query"))));
    }

    private static JsonObject Answer((JsonObject? Data, string? Error) result) => result.Error is { } error
        ? new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["message"] = error }) }
        : new JsonObject { ["data"] = result.Data };

    /// <summary>The queries of a body that is an array; null for any other body, which is left to be read again.</summary>
    private static async Task<ImmutableArray<string>?> BatchAsync(HttpContext context)
    {
        context.Request.EnableBuffering();
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? [.. document.RootElement.EnumerateArray().Select(item => item.TryGetProperty("query", out var query) ? query.GetString() ?? "" : "")]
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
        finally
        {
            context.Request.Body.Position = 0;
        }
    }
}
