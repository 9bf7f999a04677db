using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrdersApi.App.Data;
using OrdersApi.App.Http;

namespace OrdersApi.App.Areas;

/// <summary>Transfers, each done once however often it is sent, and coupons, each cashed once.</summary>
internal static partial class MoneyRoutes
{
    private const int MostTransferred = 1_000;

    public static void Map(IEndpointRouteBuilder app, Shop shop)
    {
        app.MapGet("/transfers", context => ListAsync(context, shop)).ForReaders();
        app.MapPost("/transfers", context => TransferAsync(context, shop)).ForWriters();
        var list = app.MapGet("/coupons", context => CouponsAsync(context, shop));
        _ = shop.Has(Weakness.ForgottenRoute) ? list.ForCertificates() : list.ForReaders();
        app.MapGet("/coupons/{code}", context => CouponAsync(context, shop)).ForReaders();
        app.MapPost("/coupons/{code}/redeem", context => RedeemAsync(context, shop)).ForWriters();
    }

    private static Task ListAsync(HttpContext context, Shop shop) =>
        Inputs.Query(context, "limit", 1, 100, 20) is { } limit
            ? Answers.Json(context, shop.Data.Read(
                $"SELECT id, recipient, amount FROM transfers WHERE owner = {Caller.Of(context).Name} ORDER BY id LIMIT {limit}",
                row => new { id = row.GetInt64(0), to = row.GetString(1), amount = row.GetInt64(2) }))
            : Problem.Bad(context, "limit is 1 to 100");

    private static async Task TransferAsync(HttpContext context, Shop shop)
    {
        if (await JsonBody.ReadAsync(context, Field.Text("to", 1, 40) with { Pattern = Name() }, Field.Number("amount", 1, MostTransferred)) is not { } body)
        {
            return;
        }

        if (context.Request.Headers["Idempotency-Key"] is not [{ } key] || !Key().IsMatch(key))
        {
            await Problem.Bad(context, "Idempotency-Key of 8 to 64 letters, digits and hyphens is needed");
            return;
        }

        var (owner, to, amount) = (Caller.Of(context).Name, body.Text("to"), body.Number("amount"));
        var outcome = shop.Data.Atomically(() => Caller.Of(context).Account is not { } account || shop.Look.Holds(context, account, "transfer")
            ? Transfer(shop, owner, key, to, amount)
            : new(null, "your account changed in between: look again"));
        await (outcome switch
        {
            { Id: { } id } => Answers.Created(context, "/transfers", new { id, to, amount }),
            { Refusal: { } refusal } => Problem.Conflict(context, refusal),
            _ => Problem.Conflict(context, "not done"),
        });
    }

    private static Outcome Transfer(Shop shop, string owner, string key, string to, long amount)
    {
        if (shop.Data.First(
            $"SELECT id, recipient, amount FROM transfers WHERE owner = {owner} AND key = {key}",
            row => new Sent(row.GetInt64(0), row.GetString(1), row.GetInt64(2))) is { } sent)
        {
            return sent.To == to && sent.Amount == amount ? new(sent.Id, null) : new(null, "this key was used for another transfer");
        }

        if (to == owner || shop.Accounts.Find(to) is null)
        {
            return new(null, "not to this account");
        }

        if (shop.Data.Write($"UPDATE accounts SET balance = balance - {amount} WHERE name = {owner} AND balance >= {amount}") != 1)
        {
            return new(null, "the balance is too low");
        }

        shop.Data.Write($"UPDATE accounts SET balance = balance + {amount} WHERE name = {to}");
        var id = shop.Data.Read(
            $"INSERT INTO transfers (owner, key, recipient, amount) VALUES ({owner}, {key}, {to}, {amount}) RETURNING id", row => row.GetInt64(0))[0];
        return new(id, null);
    }

    private static Task CouponsAsync(HttpContext context, Shop shop) =>
        Inputs.Query(context, "limit", 1, 100, 20) is { } limit
            ? Answers.Json(context, shop.Data.Read(
                $"SELECT code, value, redemptions FROM coupons WHERE owner = {Caller.Of(context).Name} ORDER BY code LIMIT {limit}",
                row => new Coupon(row.GetString(0), row.GetInt64(1), row.GetInt64(2))))
            : Problem.Bad(context, "limit is 1 to 100");

    private static async Task CouponAsync(HttpContext context, Shop shop)
    {
        var code = Inputs.Route(context, "code");
        if (await OwnsAsync(context, shop, code))
        {
            await AnswerAsync(context, shop, code);
        }
    }

    private static async Task RedeemAsync(HttpContext context, Shop shop)
    {
        var code = Inputs.Route(context, "code");
        if (!await OwnsAsync(context, shop, code, writes: true))
        {
            return;
        }

        if (shop.Has(Weakness.CouponRace))
        {
            await RedeemLateAsync(context, shop, code);
            return;
        }

        var cashed = shop.Data.Atomically(() =>
        {
            if (shop.Data.Write($"UPDATE coupons SET redemptions = redemptions + 1 WHERE code = {code} AND redemptions = 0") != 1)
            {
                return false;
            }

            Credit(shop, code);
            return true;
        });
        await (cashed ? AnswerAsync(context, shop, code) : Problem.Conflict(context, "this coupon was cashed"));
    }

    /// <summary>Looks, thinks, and then cashes without looking again.</summary>
    private static async Task RedeemLateAsync(HttpContext context, Shop shop, string code)
    {
        if (shop.Data.Read($"SELECT redemptions FROM coupons WHERE code = {code}", row => row.GetInt64(0)) is not [0])
        {
            await Problem.Conflict(context, "this coupon was cashed");
            return;
        }

        await Task.Delay(50, context.RequestAborted);
        shop.Data.Write($"UPDATE coupons SET redemptions = redemptions + 1 WHERE code = {code}");
        Credit(shop, code);
        await AnswerAsync(context, shop, code);
    }

    private static void Credit(Shop shop, string code) => shop.Data.Write(
        $"UPDATE accounts SET balance = balance + (SELECT value FROM coupons WHERE code = {code}) WHERE name = (SELECT owner FROM coupons WHERE code = {code})");

    private static Task AnswerAsync(HttpContext context, Shop shop, string code) => Answers.Json(context, shop.Data.First(
        $"SELECT code, value, redemptions FROM coupons WHERE code = {code}", row => new Coupon(row.GetString(0), row.GetInt64(1), row.GetInt64(2))));

    private static async Task<bool> OwnsAsync(HttpContext context, Shop shop, string code, bool writes = false)
    {
        var owner = shop.Data.First($"SELECT owner FROM coupons WHERE code = {code}", row => row.GetString(0));
        if (owner is not null && (writes ? Caller.Of(context).MayChange(owner, shop.Weak) : Caller.Of(context).MayRead(owner, shop.Weak)))
        {
            return true;
        }

        await Problem.NotYours(context);
        return false;
    }

    [GeneratedRegex(@"\A[a-z]{1,40}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[A-Za-z0-9-]{8,64}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Key();

    private sealed record Sent(long Id, string To, long Amount);

    private sealed record Outcome(long? Id, string? Refusal);
}
