using System;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrdersApi.App.Http;

namespace OrdersApi.App.Areas;

/// <summary>What only administrators do.</summary>
internal static partial class AdminRoutes
{
    public static void Map(IEndpointRouteBuilder app, Shop shop, Func<string, string, Task> roleChanged)
    {
        app.MapGet("/admin/accounts", context => ListAsync(context, shop)).ForAdministrators();
        app.MapPost("/admin/accounts/{account}/role", context => ChangeRoleAsync(context, shop, roleChanged)).ForAdministrators(writes: true);
    }

    private static Task ListAsync(HttpContext context, Shop shop) =>
        Inputs.Query(context, "limit", 1, 100, 50) is { } limit
            ? Answers.Json(context, shop.Data.Read(
                $"SELECT name, role FROM accounts ORDER BY name LIMIT {limit}", row => new { name = row.GetString(0), role = row.GetString(1) }))
            : Problem.Bad(context, "limit is 1 to 100");

    private static async Task ChangeRoleAsync(HttpContext context, Shop shop, Func<string, string, Task> roleChanged)
    {
        if (await JsonBody.ReadAsync(context, Field.Text("role", 5, 8) with { Pattern = Role() }) is not { } body)
        {
            return;
        }

        var (name, role) = (Inputs.Route(context, "account"), body.Text("role"));
        if (name == Caller.Of(context).Name)
        {
            await Problem.Conflict(context, "nobody changes their own role");
        }
        else if (shop.Data.Write($"UPDATE accounts SET role = {role} WHERE name = {name}") == 0)
        {
            await Problem.NotFound(context);
        }
        else
        {
            await roleChanged(name, role);
            await Answers.Json(context, new { name, role });
        }
    }

    [GeneratedRegex(@"\A(?:customer|staff|admin)\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Role();
}
