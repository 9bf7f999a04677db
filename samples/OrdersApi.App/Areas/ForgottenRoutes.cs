using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrdersApi.App.Http;

namespace OrdersApi.App.Areas;

/// <summary>What should not be there any more, or never; only weaknesses map any of it.</summary>
internal static class ForgottenRoutes
{
    public static void Map(IEndpointRouteBuilder app, Shop shop)
    {
        if (shop.Has(Weakness.OldVersion))
        {
            app.MapGet("/v1/profiles/{name}", context => OldProfileAsync(context, shop)).ForCertificates();
        }

        if (shop.Has(Weakness.HiddenRoutes))
        {
            app.MapGet("/profiles", context => ProfileAsync(context, shop, Caller.Of(context).Name)).ForReaders();
            app.MapPost("/profiles/{name}", context => OldProfileAsync(context, shop)).ForReaders();
        }

        if (shop.Has(Weakness.DebugRoutes))
        {
            app.MapGet("/actuator", context => Answers.Json(context, new { _links = new { self = new { href = "/actuator" }, env = new { href = "/actuator/env" } } })).Public();
            app.MapGet("/actuator/env", context => Answers.Json(context, new
            {
                activeProfiles = new[] { "production" },
                propertySources = new[] { new { name = "systemEnvironment", properties = new { ORDERS_REGION = new { value = "north" } } } },
            })).Public();
            app.MapGet("/metrics", context => TextAsync(context, "# HELP process_start_time_seconds Start time.\n# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds 1.7e+09\n")).Public();
            app.MapGet("/.git/config", context => TextAsync(context, "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n[branch \"main\"]\n")).Public();
            app.MapGet("/.env", context => TextAsync(context, "APP_ENV=production\nAPP_DEBUG=true\nDB_HOST=db.orders.test\n")).Public();
        }
    }

    private static Task OldProfileAsync(HttpContext context, Shop shop)
    {
        var name = Inputs.Route(context, "name");
        return Caller.Of(context).MayRead(name, shop.Weak) ? ProfileAsync(context, shop, name) : Problem.NotYours(context);
    }

    private static Task ProfileAsync(HttpContext context, Shop shop, string name) =>
        ProfileRoutes.Find(shop, name) is { } profile ? Answers.Json(context, profile.Value) : Problem.NotFound(context);

    private static Task TextAsync(HttpContext context, string text)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
