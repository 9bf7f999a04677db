using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrdersApi.App.Description;
using OrdersApi.App.Http;

namespace OrdersApi.App.Areas;

/// <summary>Whether the API lives, what it can do, who is asking; the page of the staff; and everything that is not there.</summary>
internal static class PlainRoutes
{
    public static void Map(IEndpointRouteBuilder app, Shop shop)
    {
        app.MapGet("/health", context => Answers.Json(context, new { status = "ok" })).Public();
        app.MapGet("/openapi.json", async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(OpenApiDocument.For(shop.Weak), context.RequestAborted);
        }).Public();
        app.MapGet("/whoami", context =>
        {
            var account = Caller.Of(context).Account;
            return Answers.Json(context, new { account = account?.Name, role = account?.Role });
        }).ForReaders();
        var report = Data.Seed.Mark("report");
        app.MapGet("/staff/report", context => context.Request.Host.Host == OrdersApp.StaffHost
            ? Answers.Json(context, new { report = "takings of the day", note = report })
            : Problem.NotFound(context)).ForStaff();
        app.MapFallback(Problem.NotFound).Public();
    }
}
