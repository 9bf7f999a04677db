using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrdersApi.App.Http;

namespace OrdersApi.App.Areas;

/// <summary>Where a caller wants to be told of changes: only at a host that is on the list.</summary>
internal static class WebhookRoutes
{
    private const string AllowedHost = "hooks.orders.test";
    private const int MostHooks = 1_000;

    public static void Map(IEndpointRouteBuilder app, Shop shop) =>
        app.MapPost("/webhooks", context => RegisterAsync(context, shop)).ForWriters();

    private static async Task RegisterAsync(HttpContext context, Shop shop)
    {
        if (await JsonBody.ReadAsync(context, Field.Text("url", 8, 300)) is not { } body)
        {
            return;
        }

        var url = body.Text("url");
        if (!IsAllowed(url) && !shop.Has(Weakness.BlindFetch))
        {
            await Problem.Bad(context, $"url is https://{AllowedHost}/ and below");
            return;
        }

        var owner = Caller.Of(context).Name;
        if (shop.Data.Read($"SELECT COUNT(*) FROM webhooks", row => row.GetInt64(0))[0] >= MostHooks)
        {
            await Problem.Conflict(context, "no more hooks are taken");
            return;
        }

        var id = shop.Data.Read($"INSERT INTO webhooks (owner, url) VALUES ({owner}, {url}) RETURNING id", row => row.GetInt64(0))[0];
        var preview = shop.Has(Weakness.BlindFetch) ? await WebhookFetch.PreviewAsync(url, context.RequestAborted) : "";
        await (shop.Has(Weakness.OpenFetch) ? Answers.Created(context, "/webhooks", new { id, url, preview }) : Answers.Created(context, "/webhooks", new { id, url }));
    }

    private static bool IsAllowed(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps && url.Host == AllowedHost && url.IsDefaultPort && url.UserInfo.Length == 0;
}
