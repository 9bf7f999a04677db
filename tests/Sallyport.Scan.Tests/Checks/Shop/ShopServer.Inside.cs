using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Sallyport.Scan.Tests.Checks.Shop;

/// <summary>What needs a session.</summary>
internal sealed partial class ShopServer
{
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(400);
    private readonly ConcurrentDictionary<string, Data> _data = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Coupon> _coupons = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Thing> _things = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _rights = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private int _waiting;
    private TaskCompletionSource _two = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task InsideAsync(HttpContext context, string path, string account, string session) => path.Split('/') switch
    {
        [_, "me"] => Json(context, $$"""{"name":"{{account}}","mark":"{{MarkOf(account)}}"}"""),
        [_, "account"] => AccountAsync(context, account, session),
        [_, "profile"] => ProfileAsync(context, account),
        [_, "logout"] => LogOutAsync(context, session),
        [_, "ws"] => SocketAsync(context),
        [_, "coupons", ..] => CouponsAsync(context, account, path.Split('/')),
        [_, "things", .. var rest] => ThingsAsync(context, account, rest),
        [_, "list"] => ListAsync(context),
        _ => NotFound(context),
    };

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    }

    private async Task AccountAsync(HttpContext context, string account, string session)
    {
        HttpRequest request = context.Request;
        if (request.Method is "GET" or "HEAD")
        {
            if (Has(ShopFlaw.GetChanges) && request.Query["note"] is [{ } linked])
            {
                Write(account, linked);
            }

            context.Response.ContentType = "text/html";
            string field = Has(ShopFlaw.UnsignedPair) ? "" : $"""<input type="hidden" name="csrf_token" value="{TokenOf(session)}">""";
            string page = $"""<html><body><p>{MarkOf(account)}</p><form method="post" action="/account">{field}<input name="note" value="{WebUtility.HtmlEncode(_data[account].Note)}"></form></body></html>""";
            await (request.Method == "HEAD" ? Task.CompletedTask : context.Response.WriteAsync(page));
            return;
        }

        if (Has(ShopFlaw.AnyOriginJson))
        {
            // Whatever it is called, it is read as JSON first.
            request.EnableBuffering();
            if (await BodyOfAsync(request) is { } note)
            {
                Write(account, note);
                context.Response.StatusCode = 303;
                return;
            }

            request.Body.Position = 0;
        }

        if ((!Has(ShopFlaw.AnyOrigin) && !FromHere(context)) || !request.HasFormContentType)
        {
            context.Response.StatusCode = 403;
            return;
        }

        IFormCollection form = await request.ReadFormAsync();
        string? token = form["csrf_token"] is [{ } inForm] ? inForm : request.Headers["X-XSRF-TOKEN"] is [{ } inHeader] ? inHeader : null;
        if (!Has(ShopFlaw.AnyOrigin) && !TokenHolds(context, session, token))
        {
            context.Response.StatusCode = 403;
            return;
        }

        Write(account, form["note"].ToString());
        context.Response.StatusCode = 303;
        context.Response.Headers.Location = "/account";
    }

    private static async Task<string?> BodyOfAsync(HttpRequest request)
    {
        try
        {
            using JsonDocument document = await JsonDocument.ParseAsync(request.Body);
            return document.RootElement.TryGetProperty("note", out JsonElement note) ? note.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Write(string account, string note) => _data.AddOrUpdate(account, _ => new(1, note), (_, data) => new(data.Version + 1, note));

    private async Task ProfileAsync(HttpContext context, string account)
    {
        HttpRequest request = context.Request;
        bool overridden = Has(ShopFlaw.Override) && request.Query["_method"] == "PUT";
        if (request.Method != "GET" && request.Method != "PUT" && !overridden)
        {
            context.Response.StatusCode = 405;
            return;
        }

        if (request.Method != "GET")
        {
            if (!overridden && (!FromHere(context) || request.ContentType != "application/json"))
            {
                context.Response.StatusCode = 403;
                return;
            }

            string? note = request.HasFormContentType ? (await request.ReadFormAsync())["note"].ToString() : await BodyOfAsync(request);
            if (note is null || !await StoreAsync(request.Headers.IfMatch.ToString(), account, note))
            {
                context.Response.StatusCode = note is null ? 400 : 412;
                return;
            }
        }

        Data now = _data[account];
        context.Response.Headers.ETag = $"\"v{now.Version}\"";
        await Json(context, $$"""{"note":{{JsonSerializer.Serialize(now.Note)}},"mark":"{{MarkOf(account)}}"}""");
    }

    private async Task<bool> StoreAsync(string match, string account, string note)
    {
        bool Matches() => match is "" or "*" || match == $"\"v{_data[account].Version}\"";
        if (Has(ShopFlaw.StaleMatch))
        {
            Write(account, note);
            return true;
        }

        if (Has(ShopFlaw.MatchRace))
        {
            bool matches = Matches();
            await BetweenAsync();
            if (matches)
            {
                Write(account, note);
            }

            return matches;
        }

        lock (_gate)
        {
            if (!Matches())
            {
                return false;
            }

            Write(account, note);
            return true;
        }
    }

    /// <summary>Between a check and its use: until somebody else is there too, or nobody comes.</summary>
    private async Task BetweenAsync()
    {
        Task two;
        lock (_gate)
        {
            two = _two.Task;
            if (++_waiting >= 2)
            {
                _waiting = 0;
                _two.TrySetResult();
                _two = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        try
        {
            await two.WaitAsync(s_between);
        }
        catch (TimeoutException)
        {
            lock (_gate)
            {
                _waiting = Math.Max(0, _waiting - 1);
            }
        }
    }

    private Task LogOutAsync(HttpContext context, string session)
    {
        if (!Has(ShopFlaw.ForgetfulLogout))
        {
            _sessions.TryRemove(session, out _);
        }

        context.Response.Headers.SetCookie = $"{Cookie}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0";
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private async Task SocketAsync(HttpContext context)
    {
        if (!Has(ShopFlaw.OpenSocket) && !FromHere(context))
        {
            context.Response.StatusCode = 403;
            return;
        }

        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
        {
            context.Response.Headers.Connection = "Upgrade";
            context.Response.Headers.Upgrade = "websocket";
            await using System.IO.Stream stream = await upgrade.UpgradeAsync();
            return;
        }

        context.Response.StatusCode = 426;
    }

    private async Task CouponsAsync(HttpContext context, string account, string[] path)
    {
        if (path.Length == 2)
        {
            await Json(context, "[" + string.Join(",", _coupons.Where(one => one.Value.Owner == account).Select(one => $$"""{"code":"{{one.Key}}","redemptions":{{one.Value.Redemptions}}}""").Order(StringComparer.Ordinal)) + "]");
            return;
        }

        if (!_coupons.TryGetValue(path[2], out Coupon? coupon) || coupon.Owner != account)
        {
            context.Response.StatusCode = 403;
            return;
        }

        if (path.Length == 4 && context.Request.Method == "POST")
        {
            bool unused = Has(ShopFlaw.CouponRace) ? coupon.Redemptions == 0 : Interlocked.CompareExchange(ref coupon.Redemptions, 1, 0) == 0;
            if (!unused)
            {
                context.Response.StatusCode = 409;
                return;
            }

            if (Has(ShopFlaw.CouponRace))
            {
                await BetweenAsync();
                Interlocked.Increment(ref coupon.Redemptions);
            }
        }

        await Json(context, $$"""{"code":"{{path[2]}}","redemptions":{{coupon.Redemptions}}}""");
    }

    private async Task ThingsAsync(HttpContext context, string account, string[] rest)
    {
        HttpRequest request = context.Request;
        if (rest.Length == 0)
        {
            string id = NewId();
            _things[id] = new(account, await BodyOfAsync(request) ?? "");
            context.Response.Headers.Location = $"/things/{id}";
            await Json(context, $$"""{"id":"{{id}}"}""", 201);
            return;
        }

        if (!_things.TryGetValue(rest[0], out Thing? thing))
        {
            context.Response.StatusCode = 404;
            return;
        }

        bool owns = thing.Owner == account;
        if (rest.Length == 3 && owns)
        {
            _rights[$"{rest[0]} {rest[2]}"] = request.Method == "PUT" ? long.MaxValue : Environment.TickCount64;
            context.Response.StatusCode = 204;
            return;
        }

        bool may = owns || (request.Method == "GET" && _rights.TryGetValue($"{rest[0]} {account}", out long until)
            && (until == long.MaxValue || (Has(ShopFlaw.LingeringRight) && Environment.TickCount64 - until < 2_000)));
        switch (may ? request.Method : "")
        {
            case "GET":
                await Json(context, $$"""{"note":{{JsonSerializer.Serialize(thing.Note)}},"owner":"{{thing.Owner}}","mark":"{{MarkOf(rest[0])}}"}""");
                break;
            case "PUT":
                string note = await BodyOfAsync(request) ?? "";
                if (Has(ShopFlaw.Resurrection))
                {
                    await BetweenAsync();
                    _things[rest[0]] = thing with { Note = note };
                }
                else if (!_things.TryUpdate(rest[0], thing with { Note = note }, thing))
                {
                    context.Response.StatusCode = 409;
                    break;
                }

                await Json(context, """{"ok":true}""");
                break;
            case "DELETE":
                _things.TryRemove(rest[0], out _);
                context.Response.StatusCode = 204;
                break;
            default:
                context.Response.StatusCode = 403;
                break;
        }
    }

    private Task ListAsync(HttpContext context)
    {
        int limit = int.TryParse(context.Request.Query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out int asked) ? asked : 20;
        if (limit > 100 && Has(ShopFlaw.BrokenPage))
        {
            context.Response.ContentLength = 100_000;
            return context.Response.WriteAsync("[0,1,2,");
        }

        if (limit > 100 && !Has(ShopFlaw.EndlessPage))
        {
            context.Response.StatusCode = 400;
            return Task.CompletedTask;
        }

        return Json(context, "[" + string.Join(",", Enumerable.Range(0, Math.Min(limit, 5_000))) + "]");
    }

    private sealed record Data(int Version, string Note);

    private sealed record Thing(string Owner, string Note);

    private sealed class Coupon(string owner)
    {
        public int Redemptions;

        public string Owner => owner;
    }
}
