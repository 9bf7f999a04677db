using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrdersApi.App.Http;

namespace OrdersApi.App.Areas;

/// <summary>A chat in the usual shape, answered by <see cref="AssistantModel"/>.</summary>
internal static class AssistantRoutes
{
    private const int LongestMessage = 2_000;

    public static void Map(IEndpointRouteBuilder app, Shop shop)
    {
        var model = new AssistantModel(shop);
        var chat = app.MapPost("/assistant/chat", context => ChatAsync(context, model));
        _ = shop.Has(Weakness.AssistantOpen) ? chat.ForCertificates() : chat.ForWriters();
    }

    private static async Task ChatAsync(HttpContext context, AssistantModel model)
    {
        if (await JsonBody.ReadAsync(context, new Field("messages", JsonValueKind.Array, 1, 1)) is not { } body)
        {
            return;
        }

        var said = body.Items("messages").Select(Said).ToList();
        if (said is [{ } message])
        {
            var reply = model.Reply(Caller.Of(context), message);
            if (Switches.Has(context, Weakness.ToolUnchecked) && AssistantFlaws.Address(message) is { } address)
            {
                await WebhookFetch.PreviewAsync(address.AbsoluteUri, context.RequestAborted);
            }

            if (Switches.Has(context, Weakness.MarkupMade))
            {
                await Answers.Html(context, reply);
                return;
            }

            if (Switches.Has(context, Weakness.AssistantOpen))
            {
                context.Response.Headers["X-Model"] = "orders-chat-2.1";
            }

            await Answers.Json(context, new
            {
                @object = "chat.completion",
                choices = new[] { new { index = 0, message = new { role = "assistant", content = reply }, finish_reason = "stop" } },
            });
        }
        else
        {
            await Problem.Bad(context, $"one message of the role user, of 1 to {LongestMessage} characters, is needed");
        }
    }

    private static string? Said(JsonElement message) =>
        message.ValueKind == JsonValueKind.Object && message.GetPropertyCount() == 2
        && message.TryGetProperty("role", out var role) && role.ValueKind == JsonValueKind.String && role.ValueEquals("user")
        && message.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String
        && content.GetString() is { Length: > 0 and <= LongestMessage } text
            ? text
            : null;
}
