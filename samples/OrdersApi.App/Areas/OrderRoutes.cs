using System.Collections.Immutable;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrdersApi.App.Data;
using OrdersApi.App.Http;
using Sallyport.AspNetCore.Authorization;

namespace OrdersApi.App.Areas;

/// <summary>Orders and their lines.</summary>
internal static class OrderRoutes
{
    private const int LongestItem = 200;
    private const int MostQuantity = 1_000;
    private const int MostOrders = 20_000;
    private const int MostListed = 100;
    private static readonly string[] _owners = ["user_id", "userId", "user", "owner", "account", "name", "tenant"];

    public static void Map(IEndpointRouteBuilder app, Shop shop)
    {
        app.MapGet("/orders", context => ListAsync(context, shop)).ForReaders();
        app.MapPost("/orders", context => OrderAsync(context, shop)).ForWriters();
        app.MapGet("/orders/{orderId}", context => ReadAsync(context, shop)).ForReaders();
        app.MapPut("/orders/{orderId}", context => ChangeAsync(context, shop)).ForWriters();
        app.MapDelete("/orders/{orderId}", context => CancelAsync(context, shop)).ForWriters();
        app.MapGet("/orders/{orderId}/lines/{line}", context => ReadLineAsync(context, shop)).ForReaders();
        app.MapGet("/orders/{orderId}/invoice", context => InvoiceAsync(context, shop)).ForReadersMostly();
    }

    public static Versioned<Order>? Find(Shop shop, long id) => shop.Data.First(
        $"SELECT id, owner, item, quantity, status, note, version FROM orders WHERE id = {id}", Row);

    public static ImmutableArray<Order> Of(Shop shop, string owner, int limit, int after) =>
        [.. shop.Data.Read($"SELECT id, owner, item, quantity, status, note, version FROM orders WHERE owner = {owner} AND id > {after} ORDER BY id LIMIT {limit}", row => Row(row).Value)];

    private static ImmutableArray<Order> OfAll(Shop shop, int limit, int after) =>
        [.. shop.Data.Read($"SELECT id, owner, item, quantity, status, note, version FROM orders WHERE id > {after} ORDER BY id LIMIT {limit}", row => Row(row).Value)];

    /// <summary>The caller, unless a weakness lets the request name somebody.</summary>
    private static string OwnerOf(HttpContext context, Shop shop)
    {
        if (shop.Has(Weakness.BelievedOwner))
        {
            foreach (var name in _owners)
            {
                if (context.Request.Query[name] is [.., { Length: > 0 } named])
                {
                    return named;
                }
            }

            if (context.Request.Headers["X-User-Id"] is [{ Length: > 0 } claimed])
            {
                return claimed;
            }
        }

        return Caller.Of(context).Name;
    }

    private static Versioned<Order> Row(Microsoft.Data.Sqlite.SqliteDataReader row) => new(
        new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetString(4), row.GetString(5)), row.GetInt64(6));

    private static Task ListAsync(HttpContext context, Shop shop) =>
        Inputs.Query(context, "limit", 1, MostListed, 20) is { } limit && Inputs.Query(context, "after", 0, int.MaxValue, 0) is { } after
            ? Answers.Json(context, shop.Has(Weakness.ListOfAll) ? OfAll(shop, limit, after) : Of(shop, OwnerOf(context, shop), limit, after))
            : Problem.Bad(context, $"limit is 1 to {MostListed}, after an order's number");

    private static async Task OrderAsync(HttpContext context, Shop shop)
    {
        if (await JsonBody.ReadAsync(
            context, Field.Text("item", 1, LongestItem), Field.Number("quantity", 1, MostQuantity) with { Required = false }) is not { } body)
        {
            return;
        }

        var owner = Caller.Of(context).Name;
        var order = shop.Data.Atomically(() =>
        {
            if (shop.Data.Read($"SELECT COUNT(*) FROM orders", row => row.GetInt64(0))[0] >= MostOrders)
            {
                return null;
            }

            return shop.Data.First(
                $"""
                INSERT INTO orders (owner, item, quantity, status, note)
                VALUES ({owner}, {body.Text("item")}, {body.Number("quantity", 1)}, {"open"}, {Seed.Mark("order")})
                RETURNING id, owner, item, quantity, status, note, version
                """,
                Row);
        });
        if (order is null)
        {
            await Problem.Conflict(context, "no more orders are taken");
            return;
        }

        context.Response.Headers.ETag = Answers.Tag(order.Version);
        await Answers.Created(context, $"/orders/{order.Value.Id}", order.Value);
    }

    private static async Task ReadAsync(HttpContext context, Shop shop)
    {
        if (await FoundAsync(context, shop) is { } order)
        {
            context.Response.Headers.ETag = Answers.Tag(order.Version);
            await Answers.Json(context, order.Value);
        }
    }

    private static async Task ChangeAsync(HttpContext context, Shop shop)
    {
        if (await FoundAsync(context, shop, writes: true) is not { } before
            || await JsonBody.ReadAsync(context, Field.Text("item", 1, LongestItem), Field.Number("quantity", 1, MostQuantity)) is not { } body
            || !await Answers.MatchesAsync(context, before.Version, demanded: true))
        {
            return;
        }

        if (shop.Has(Weakness.RevivedOrder))
        {
            await ReviveAsync(context, shop, before.Value with { Item = body.Text("item"), Quantity = body.Number("quantity") });
            return;
        }

        var changed = shop.Data.Atomically(() =>
            Find(shop, before.Value.Id) is { } now && shop.Look.Holds(context, now.Value, Operations.Update) && shop.Data.Write(
                $"""
                UPDATE orders SET item = {body.Text("item")}, quantity = {body.Number("quantity")}, version = version + 1
                WHERE id = {before.Value.Id} AND (version = {before.Version} OR {shop.Has(Weakness.IfMatchIgnored)})
                """) == 1);
        if (changed)
        {
            await ReadAsync(context, shop);
        }
        else
        {
            await Problem.Changed(context);
        }
    }

    /// <summary>Writes what it has read, whatever became of it meanwhile.</summary>
    private static async Task ReviveAsync(HttpContext context, Shop shop, Order order)
    {
        await Task.Delay(50, context.RequestAborted);
        shop.Data.Write(
            $"""
            INSERT OR REPLACE INTO orders (id, owner, item, quantity, status, note)
            VALUES ({order.Id}, {order.Owner}, {order.Item}, {order.Quantity}, {order.Status}, {order.Note})
            """);
        await ReadAsync(context, shop);
    }

    private static async Task CancelAsync(HttpContext context, Shop shop)
    {
        if (await FoundAsync(context, shop, writes: true) is not { } order || !await Answers.MatchesAsync(context, order.Version, demanded: false))
        {
            return;
        }

        var gone = shop.Data.Atomically(() =>
        {
            if (Find(shop, order.Value.Id) is not { } now || now.Version != order.Version || !shop.Look.Holds(context, now.Value, Operations.Delete))
            {
                return false;
            }

            shop.Data.Write($"DELETE FROM lines WHERE order_id = {order.Value.Id}");
            return shop.Data.Write($"DELETE FROM orders WHERE id = {order.Value.Id}") == 1;
        });
        await (gone ? Answers.NoContent(context) : Problem.Changed(context));
    }

    private static async Task ReadLineAsync(HttpContext context, Shop shop)
    {
        if (await FoundAsync(context, shop) is not { } order)
        {
            return;
        }

        var line = shop.Data.First(
            $"""
            SELECT id, order_id, product, quantity, note FROM lines
            WHERE id = {Inputs.Number(context, "line")} AND (order_id = {order.Value.Id} OR {shop.Has(Weakness.LooseParent)})
            """,
            row => new OrderLine(row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetInt64(3), row.GetString(4)));
        await (line is null ? Missing(context, shop) : Answers.Json(context, line));
    }

    private static async Task InvoiceAsync(HttpContext context, Shop shop)
    {
        if (await FoundAsync(context, shop) is { } order)
        {
            await Answers.Json(context, new { invoice = order.Value.Id, customer = order.Value.Owner, note = order.Value.Note });
        }
    }

    /// <summary>The order of the path, when the caller may have it; null after a refusal was written.</summary>
    private static async Task<Versioned<Order>?> FoundAsync(HttpContext context, Shop shop, bool writes = false)
    {
        var order = Find(shop, Inputs.Number(context, "orderId"));
        if (order is not null && (writes ? Caller.Of(context).MayChange(order.Value.Owner, shop.Weak) : Caller.Of(context).MayRead(order.Value.Owner, shop.Weak)))
        {
            return order;
        }

        await (order is null ? Missing(context, shop) : Problem.NotYours(context));
        return null;
    }

    private static Task Missing(HttpContext context, Shop shop) =>
        shop.Has(Weakness.ExistenceOracle) || Caller.Of(context) is { Trusted: true } or { Account.IsAdmin: true } ? Problem.NotFound(context) : Problem.NotYours(context);
}
