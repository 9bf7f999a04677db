using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrdersApi.App.Http;
using OrdersApi.App.Sessions;

namespace OrdersApi.App.Areas;

/// <summary>Further logins for the account of the certificate, and new passwords. Nobody learns here which logins there are.</summary>
internal static partial class RegistrationRoutes
{
    private const int MostLogins = 5_000;
    private const int ShortestPassword = 12;
    private static readonly string[] _breached = ["password1234", "123456789012", "qwertyuiop12", "letmeinletmein", "passwordpassword", "administrator"];

    public static void Map(IEndpointRouteBuilder app, Shop shop)
    {
        app.MapPost("/register", context => RegisterAsync(context, shop)).ForCertificates();
        app.MapPost("/reset", context => ResetAsync(context, shop)).ForCertificates();
        app.MapPost("/reset/confirm", context => ConfirmAsync(context, shop)).ForCertificates();
    }

    private static async Task RegisterAsync(HttpContext context, Shop shop)
    {
        if (await JsonBody.ReadAsync(context, Field.Text("login", 3, 60) with { Pattern = Login() }, Field.Text("password", 1, 100)) is not { } body)
        {
            return;
        }

        var (login, password) = (body.Text("login"), body.Text("password"));
        if (IsWeak(login, password) && !shop.Has(Weakness.WeakPasswords))
        {
            await Problem.Bad(context, $"a password of {ShortestPassword} characters or more is needed, that is not known and not the name");
            return;
        }

        if (shop.Has(Weakness.LoginTells) && Passwords.Exists(shop.Data, login))
        {
            await Problem.Conflict(context, "this login is taken");
            return;
        }

        // A login that exists stays as it is, and the answer is the same.
        var account = Caller.Of(context).Name;
        shop.Data.Atomically(() =>
        {
            if (shop.Data.Read($"SELECT COUNT(*), COALESCE(SUM(login = {login}), 0) FROM logins", row => row.GetInt64(0) < MostLogins && row.GetInt64(1) == 0)[0])
            {
                Passwords.Store(shop.Data, login, account, password);
            }

            return true;
        });
        await AcceptedAsync(context);
    }

    /// <summary>The token goes out by mail, which here is a table that nobody reads; the answer is the same for every name.</summary>
    private static async Task ResetAsync(HttpContext context, Shop shop)
    {
        if (await JsonBody.ReadAsync(context, Field.Text("login", 1, 60)) is not { } body)
        {
            return;
        }

        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(shop.Has(Weakness.ResetTells) ? 4 : 20));
        var until = shop.Time.GetUtcNow().AddMinutes(15).ToUnixTimeSeconds();
        var (login, account) = (body.Text("login"), Caller.Of(context).Name);
        shop.Data.Write($"DELETE FROM resets WHERE login = {login}");
        shop.Data.Write($"INSERT INTO resets (token, login, until) SELECT {token}, login, {until} FROM logins WHERE login = {login} AND account = {account}");
        if (shop.Has(Weakness.ResetTells))
        {
            var host = context.Request.Headers["X-Forwarded-Host"] is [{ Length: > 0 } forwarded] ? forwarded : context.Request.Host.Value;
            await Answers.Json(context, new { status = "look at your mail", link = $"https://{host}/reset/confirm?token={token}", token }, StatusCodes.Status202Accepted);
        }
        else if (shop.Has(Weakness.LoginTells) && !Passwords.Exists(shop.Data, login))
        {
            await Problem.NotFound(context);
        }
        else
        {
            await AcceptedAsync(context);
        }
    }

    private static async Task ConfirmAsync(HttpContext context, Shop shop)
    {
        if (await JsonBody.ReadAsync(context, Field.Text("token", 8, 80), Field.Text("password", 1, 100)) is not { } body)
        {
            return;
        }

        var (token, account, now) = (body.Text("token"), Caller.Of(context).Name, shop.Time.GetUtcNow().ToUnixTimeSeconds());
        var login = shop.Data.First(
            $"SELECT r.login FROM resets r JOIN logins l ON l.login = r.login WHERE r.token = {token} AND r.until > {now} AND l.account = {account}",
            row => row.GetString(0));
        if (login is null || IsWeak(login, body.Text("password")) || !Spend(shop, token))
        {
            await Problem.Bad(context, "the token or the password is not good");
            return;
        }

        Passwords.Store(shop.Data, login, account, body.Text("password"));
        await Answers.NoContent(context);
    }

    private static bool Spend(Shop shop, string token) =>
        shop.Has(Weakness.ResetTells) || shop.Data.Write($"DELETE FROM resets WHERE token = {token}") == 1;

    private static bool IsWeak(string login, string password) =>
        password.Length < ShortestPassword || password.Distinct().Count() < 5
        || password.Contains(login, StringComparison.OrdinalIgnoreCase)
        || ((IEnumerable<string>)_breached).Contains(password, StringComparer.OrdinalIgnoreCase);

    private static Task AcceptedAsync(HttpContext context) =>
        Answers.Json(context, new { status = "look at your mail" }, StatusCodes.Status202Accepted);

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{2,59}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Login();
}
