using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Sallyport.Scan.Tests.Checks.Shop;

/// <summary>What needs no session: login, registration, reset.</summary>
internal sealed partial class ShopServer
{
    private async Task<bool> OpenAsync(HttpContext context, string path, string? session)
    {
        switch (context.Request.Method, path)
        {
            case ("GET", "/session"):
                string anonymous = Has(ShopFlaw.KeptSession) && session is not null ? session : NewId();
                _sessions.TryAdd(anonymous, null);
                SetSession(context, anonymous);
                return true;
            case ("POST", "/session"):
                await LogInAsync(context, session);
                return true;
            case ("POST", "/register"):
                await RegisterAsync(context);
                return true;
            case ("POST", "/reset"):
                await ResetAsync(context);
                return true;
            case ("POST", "/reset/confirm"):
                await ConfirmAsync(context);
                return true;
            default:
                return false;
        }
    }

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private async Task LogInAsync(HttpContext context, string? brought)
    {
        Dictionary<string, string> body = await BodyAsync(context);
        string login = body.GetValueOrDefault("login", "");
        bool known = _passwords.TryGetValue(login, out string? password);
        if (_flaw is not (ShopFlaw.EndlessGuesses or ShopFlaw.FastRefusal or ShopFlaw.RestlessHash) && _wrong.GetValueOrDefault(login) >= 6)
        {
            context.Response.Headers.RetryAfter = "900";
            context.Response.StatusCode = 429;
            return;
        }

        Hash(login, known);

        if (!Has(ShopFlaw.AnyPassword) && (!known || password != body.GetValueOrDefault("password")))
        {
            _wrong.AddOrUpdate(login, 1, static (_, count) => count + 1);
            await Json(context, Has(ShopFlaw.TalkativeLogin) && !known ? """{"error":"there is no such account"}""" : """{"error":"name or password is wrong"}""", 401);
            return;
        }

        _wrong.TryRemove(login, out _);
        string id = Has(ShopFlaw.KeptSession) && brought is not null ? brought : NewId();
        _sessions[id] = login;
        SetSession(context, id);
        await Json(context, Has(ShopFlaw.UnsignedPair) ? """{"ok":true}""" : $$"""{"ok":true,"csrf_token":"{{TokenOf(id)}}"}""");
    }

    private void Hash(string login, bool known)
    {
        double milliseconds = _flaw switch
        {
            ShopFlaw.FastRefusal => known ? 80 : 1,
            // Up to 160 ms of other work get in between, or none.
            ShopFlaw.RestlessHash => (known ? 80 : 1) + (_wrong.GetValueOrDefault(login) % 5 * 40),
            _ => 80,
        };
        _clock?.Spend(milliseconds);
    }

    private async Task RegisterAsync(HttpContext context)
    {
        Dictionary<string, string> body = await BodyAsync(context);
        (string login, string password) = (body.GetValueOrDefault("login", ""), body.GetValueOrDefault("password", ""));
        if (!Has(ShopFlaw.WeakPasswords) && (password.Length < 12 || password == "123456" || password.Contains(login, StringComparison.Ordinal)))
        {
            await Json(context, """{"error":"the password is weak"}""", 400);
            return;
        }

        _passwords.TryAdd(login, password);
        _data.TryAdd(login, new(1, "a new account"));
        await Json(context, """{"status":"look at your mail"}""", 202);
    }

    private async Task ResetAsync(HttpContext context)
    {
        string login = (await BodyAsync(context)).GetValueOrDefault("login", "");
        string token = Has(ShopFlaw.OpenReset) ? $"{RandomNumberGenerator.GetInt32(100_000, 1_000_000)}" : NewId();
        if (_passwords.ContainsKey(login))
        {
            _resets[token] = login;
        }

        await Json(
            context,
            _flaw switch
            {
                ShopFlaw.OpenReset => $$"""{"status":"look at your mail","code":"{{token}}"}""",
                ShopFlaw.HostLink => $$"""{"status":"sent","mail":"https://{{context.Request.Host}}/reset"}""",
                _ => """{"status":"look at your mail"}""",
            },
            202);
    }

    private async Task ConfirmAsync(HttpContext context)
    {
        Dictionary<string, string> body = await BodyAsync(context);
        string token = body.GetValueOrDefault("token", "");
        if (!_resets.TryGetValue(token, out string? login))
        {
            await Json(context, """{"error":"the token is not good"}""", 400);
            return;
        }

        if (!Has(ShopFlaw.OpenReset))
        {
            _resets.TryRemove(token, out _);
        }

        _passwords[login] = body.GetValueOrDefault("password", "");
        _wrong.TryRemove(login, out _);
        context.Response.StatusCode = 204;
    }
}
