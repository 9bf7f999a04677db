using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrdersApi.App.Data;
using OrdersApi.App.Http;
using Sallyport.AspNetCore.Authorization;

namespace OrdersApi.App.Areas;

/// <summary>The profile of an account: read by its owner and by administrators, changed in two fields and no other; under the staff's name, what the staff keeps of it.</summary>
internal static partial class ProfileRoutes
{
    public static void Map(IEndpointRouteBuilder app, Shop shop)
    {
        var remark = Seed.Mark("remark");
        app.MapGet("/profiles/{name}", context => IsForStaff(context, shop) ? RemarkAsync(context, shop, remark) : ReadAsync(context, shop)).ForReaders();
        app.MapPut("/profiles/{name}", context => ChangeAsync(context, shop, whole: true)).ForWriters();
        app.MapPatch("/profiles/{name}", context => ChangeAsync(context, shop, whole: false)).ForWriters();
    }

    public static bool IsEmail(string text) => text.Length is >= 3 and <= 100 && Email().IsMatch(text);

    /// <summary>A profile and its version; null for an account that there is not.</summary>
    public static Versioned<Profile>? Find(Shop shop, string name) => shop.Data.First(
        $"SELECT name, email, phone, balance, note, version FROM accounts WHERE name = {name}",
        row => new Versioned<Profile>(new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetString(4)), row.GetInt64(5)));

    // The flaw takes it for granted that who asks the staff's name came through the handshake of that name.
    private static bool IsForStaff(HttpContext context, Shop shop) =>
        context.Request.Host.Host == OrdersApp.StaffHost && (Caller.Of(context).Account?.IsStaff == true || shop.Has(Weakness.ForeignHost));

    private static Task RemarkAsync(HttpContext context, Shop shop, string remark) => Inputs.Route(context, "name") is var name && Find(shop, name) is not null
        ? Answers.Json(context, new { file = name, standing = "good", remark })
        : Problem.NotFound(context);

    private static async Task ReadAsync(HttpContext context, Shop shop)
    {
        if (shop.Has(Weakness.BlindFetch) && context.Request.Headers.Referer is [{ Length: > 0 } page])
        {
            await WebhookFetch.PreviewAsync(page, context.RequestAborted);
        }

        await ShowAsync(context, shop);
    }

    private static Task ShowAsync(HttpContext context, Shop shop)
    {
        var name = Inputs.Route(context, "name");
        if (!Caller.Of(context).MayRead(name, shop.Weak))
        {
            return Problem.NotYours(context);
        }

        if (Find(shop, name) is not { } profile)
        {
            return Problem.NotFound(context);
        }

        return shop.Has(Weakness.SharedAnswer) ? PassAsync(context, shop, profile) : AnswerAsync(context, shop, profile);
    }

    /// <summary>By way of a field that every request writes to.</summary>
    private static async Task PassAsync(HttpContext context, Shop shop, Versioned<Profile> profile)
    {
        shop.Passing = profile;
        await Task.Delay(2, context.RequestAborted);
        await AnswerAsync(context, shop, shop.Passing ?? profile);
    }

    private static async Task ChangeAsync(HttpContext context, Shop shop, bool whole)
    {
        var name = Inputs.Route(context, "name");
        if (!Caller.Of(context).MayChange(name, shop.Weak) && (whole || !shop.Has(Weakness.UnevenMethods)))
        {
            await Problem.NotYours(context);
            return;
        }

        if (await JsonBody.ReadAsync(
            context,
            shop.Has(Weakness.MassAssignment),
            Field.Text("email", 3, 100) with { Pattern = Email(), Required = whole },
            Field.Text("phone", 5, 30) with { Pattern = Phone(), Required = false }) is not { } body)
        {
            return;
        }

        if (Find(shop, name) is not { } before)
        {
            await Problem.NotFound(context);
        }
        else if (await Answers.MatchesAsync(context, before.Version, demanded: false))
        {
            var changed = shop.Data.Atomically(() => shop.Look.Holds(context, before.Value, Operations.Update) && shop.Data.Write(
                $"""
                UPDATE accounts SET email = {body.TextOrNull("email") ?? before.Value.Email}, phone = {body.TextOrNull("phone") ?? before.Value.Phone},
                  version = version + 1 WHERE name = {name} AND (version = {before.Version} OR {shop.Has(Weakness.IfMatchIgnored)})
                """) == 1);
            Assign(shop, name, body);
            await (changed && Find(shop, name) is { } after
                ? AnswerAsync(context, shop, after)
                : Problem.Changed(context));
        }
    }

    /// <summary>Whatever else was sent, which only a weakness lets through.</summary>
    private static void Assign(Shop shop, string name, JsonBody body)
    {
        if (body.NumberOrNull("balance") is { } balance and >= 0)
        {
            shop.Data.Write($"UPDATE accounts SET balance = {balance} WHERE name = {name}");
        }

        if (body.TextOrNull("note") is { } note)
        {
            shop.Data.Write($"UPDATE accounts SET note = {note} WHERE name = {name}");
        }

        if (body.TextOrNull("role") is { } role)
        {
            shop.Data.Write($"UPDATE accounts SET role = {role} WHERE name = {name}");
        }
    }

    private static Task AnswerAsync(HttpContext context, Shop shop, Versioned<Profile> profile)
    {
        context.Response.Headers.ETag = Answers.Tag(profile.Version);
        return Answers.Json(context, ProfileShape.Of(shop, profile.Value));
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,64}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Email();

    [GeneratedRegex(@"\A\+?[0-9 ]{5,29}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Phone();
}
