using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrdersApi.App.Http;
using OrdersApi.App.Sessions;

namespace OrdersApi.App.Areas;

/// <summary>News of the account for a page: as an event stream, or over a WebSocket. One piece of news, then the end.</summary>
internal static class EventRoutes
{
    public static void Map(IEndpointRouteBuilder app, Shop shop) => app.MapGet("/events", context => ServeAsync(context, shop)).ForSessions();

    private static async Task ServeAsync(HttpContext context, Shop shop)
    {
        // No preflight guards either of the two: the origin is all that tells whose page asks.
        if (!FormGate.IsFromHere(context, shop) && !shop.Has(Weakness.OpenEvents))
        {
            await Problem.Write(context, StatusCodes.Status403Forbidden, "not from another site");
            return;
        }

        var news = JsonSerializer.Serialize(new { orders = OrderRoutes.Of(shop, Caller.Of(context).Name, 5, 0) }, JsonSerializerOptions.Web);
        if (context.WebSockets.IsWebSocketRequest)
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await socket.SendAsync(Encoding.UTF8.GetBytes(news), WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "that is all", context.RequestAborted);
            return;
        }

        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync($"event: orders\ndata: {news}\n\n", context.RequestAborted);
    }
}
