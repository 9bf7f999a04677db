using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using OrdersApi.App.Data;
using OrdersApi.App.Http;

namespace OrdersApi.App.Areas;

/// <summary>The caller's own orders and files, found by a word or a name.</summary>
internal static class SearchRoutes
{
    private const int LongestQuery = 100;

    public static void Map(IEndpointRouteBuilder app, Shop shop)
    {
        app.MapGet("/search", context => SearchAsync(context, shop)).ForReaders();
        app.MapGet("/files/{file}", context => FileAsync(context, shop)).ForReaders();
    }

    private static Task SearchAsync(HttpContext context, Shop shop)
    {
        if (context.Request.Query["q"] is not [{ Length: > 0 and <= LongestQuery } words] || Inputs.Query(context, "limit", 1, 50, 20) is not { } limit)
        {
            return Problem.Bad(context, $"q is 1 to {LongestQuery} characters, limit 1 to 50");
        }

        if (shop.Has(Weakness.SlowPattern) && !SearchFlaws.LookLikeWords(words))
        {
            return Problem.Bad(context, "q is words");
        }

        if (shop.Has(Weakness.TemplateText) && words.Contains("{{", StringComparison.Ordinal))
        {
            return Problem.Write(context, StatusCodes.Status404NotFound, $"nothing found for {SearchFlaws.Evaluated(words)}");
        }

        return shop.Has(Weakness.SqlText) ? SearchBySqlAsync(context, shop, words, limit) : SearchByParametersAsync(context, shop, words, limit);
    }

    private static Task SearchBySqlAsync(HttpContext context, Shop shop, string words, int limit)
    {
        try
        {
            return Answers.Json(context, SearchFlaws.BySqlText(shop, Caller.Of(context).Name, words, limit));
        }
        catch (SqliteException e)
        {
            return Problem.Write(context, StatusCodes.Status500InternalServerError, e.Message);
        }
    }

    private static Task SearchByParametersAsync(HttpContext context, Shop shop, string words, int limit)
    {
        var pattern = $"%{words.Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal)}%";
        return Answers.Json(context, shop.Data.Read(
            $"""
            SELECT id, owner, item, quantity, status, note FROM orders
            WHERE owner = {Caller.Of(context).Name} AND item LIKE {pattern} ESCAPE '!' ORDER BY id LIMIT {limit}
            """,
            row => new Order(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetString(4), row.GetString(5))));
    }

    private static async Task FileAsync(HttpContext context, Shop shop)
    {
        var name = Inputs.Route(context, "file");
        var owner = Caller.Of(context).Name;
        var content = shop.Data.First($"SELECT content FROM files WHERE name = {name} AND owner = {owner}", row => row.GetString(0));
        if (shop.Has(Weakness.FileByPath))
        {
            content ??= SearchFlaws.FileAt(name);
        }

        if (content is null)
        {
            await Problem.NotYours(context);
            return;
        }

        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.ContentDisposition = "attachment";
        await context.Response.WriteAsync(content, context.RequestAborted);
    }
}
