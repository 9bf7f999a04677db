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
    public static void Map(IEndpointRouteBuilder app, Shop shop)
    {
        var executor = new GraphExecutor(shop);
        app.MapPost("/graphql", context => AskAsync(context, executor)).ForReaders();
    }

    private static async Task AskAsync(HttpContext context, GraphExecutor executor)
    {
        if (await JsonBody.ReadAsync(context, Field.Text("query", 2, 2_000)) is not { } body)
        {
            return;
        }

        var (data, error) = executor.Run(Caller.Of(context), body.Text("query"));
        await (error is null ? Answers.Json(context, new { data }) : Answers.Json(context, new { errors = new[] { new { message = error } } }));
    }
}
