using System.Collections.Generic;
using System.Text.Json;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OrdersApi.App;

/// <summary>The API itself; the same code for the naked and the strict one.</summary>
internal static class Routes
{
    private const int LongestItem = 200;

    public static void Map(IEndpointRouteBuilder app, RequestGate gate, OrderStore store, AccountDirectory accounts)
    {
        app.MapGet("/health", context => Answer(context, new { status = "ok" }));
        app.MapGet("/openapi.json", async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(OpenApiDocument.Text, context.RequestAborted);
        });
        app.MapGet("/whoami", async context =>
        {
            if (await gate.MayCallAsync(context))
            {
                var account = gate.Caller(context);
                await Answer(context, new { account = account?.Name, role = account?.Role });
            }
        });
        app.MapGet("/profiles/{name}", async context =>
        {
            var name = Value(context, "name");
            if (await gate.MayReadAsync(context, name))
            {
                await AnswerOrMissing(context, store.Profiles.GetValueOrDefault(name));
            }
        });
        app.MapGet("/staff/report", async context =>
        {
            if (context.Request.Host.Host != OrdersApp.StaffHost)
            {
                await RequestGate.Refuse(context, StatusCodes.Status404NotFound, "not found");
            }
            else if (await gate.MayWorkHereAsync(context))
            {
                await Answer(context, new { report = "takings of the day", note = store.StaffReport });
            }
        });
        app.MapGet("/admin/accounts", async context =>
        {
            if (await gate.MayAdministerAsync(context))
            {
                await Answer(context, accounts.Everyone);
            }
        });
        MapOrders(app, gate, store);
        app.MapFallback(context => RequestGate.Refuse(context, StatusCodes.Status404NotFound, "not found"));
    }

    private static void MapOrders(IEndpointRouteBuilder app, RequestGate gate, OrderStore store)
    {
        app.MapGet("/orders", async context =>
        {
            if (await gate.MayCallAsync(context))
            {
                await Answer(context, store.Of(gate.Caller(context)?.Name));
            }
        });
        app.MapPost("/orders", async context =>
        {
            if (await gate.MayCallAsync(context))
            {
                await OrderAsync(context, gate, store);
            }
        });
        app.MapGet("/orders/{id:int}", async context =>
        {
            var order = Order(context, store);
            if (await gate.MayReadAsync(context, order?.Owner ?? ""))
            {
                await AnswerOrMissing(context, order);
            }
        });
        app.MapGet("/orders/{id:int}/invoice", async context =>
        {
            var order = Order(context, store);
            if (await gate.MayReadInvoiceAsync(context, order?.Owner ?? ""))
            {
                await AnswerOrMissing(context, order is null ? null : new { invoice = order.Id, customer = order.Owner, note = order.Note });
            }
        });
    }

    private static async Task OrderAsync(HttpContext context, RequestGate gate, OrderStore store)
    {
        string? item = null;
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            item = body.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("item", out var value)
                && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            // Answered below like any other body without an item.
        }

        if (string.IsNullOrWhiteSpace(item) || item.Length > LongestItem)
        {
            await RequestGate.Refuse(context, StatusCodes.Status400BadRequest, $"an item of 1 to {LongestItem} characters is needed");
        }
        else if (store.Add(gate.Caller(context)?.Name ?? "guest", item) is { } order)
        {
            context.Response.StatusCode = StatusCodes.Status201Created;
            await context.Response.WriteAsJsonAsync(order, context.RequestAborted);
        }
        else
        {
            await RequestGate.Refuse(context, StatusCodes.Status507InsufficientStorage, "the store is full");
        }
    }

    private static OrderStore.Order? Order(HttpContext context, OrderStore store) =>
        int.TryParse(Value(context, "id"), out var id) ? store.Find(id) : null;

    private static string Value(HttpContext context, string name) => context.Request.RouteValues[name] as string ?? "";

    private static Task AnswerOrMissing<T>(HttpContext context, T? body)
        where T : class =>
        body is null ? RequestGate.Refuse(context, StatusCodes.Status404NotFound, "not found") : Answer(context, body);

    private static Task Answer<T>(HttpContext context, T body) => context.Response.WriteAsJsonAsync(body, context.RequestAborted);
}
