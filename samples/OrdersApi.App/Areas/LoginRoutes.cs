using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrdersApi.App.Http;
using OrdersApi.App.Sessions;

namespace OrdersApi.App.Areas;

/// <summary>Pages for browsers: log in, the account, log out. A session is good only with the certificate that it was begun with.</summary>
internal static class LoginRoutes
{
    public static void Map(IEndpointRouteBuilder app, Shop shop, LoginAttempts attempts)
    {
        app.MapGet("/login", context => ShowAsync(context, shop)).ForCertificates();
        app.MapPost("/login", context => LogInAsync(context, shop, attempts)).ForCertificates();
        app.MapPost("/session", context => BeginAsync(context, shop, attempts)).ForCertificates();
        app.MapPost("/logout", context => LogOutAsync(context, shop)).ForSessions();
        app.MapGet("/account", context => AccountAsync(context, shop)).ForSessions();
        app.MapPost("/account", context => ChangeAsync(context, shop)).ForSessions();
    }

    private static Task ShowAsync(HttpContext context, Shop shop)
    {
        var session = shop.Sessions.Find(SessionCookie.Of(context, shop.Weak));
        if (session is null)
        {
            session = shop.Sessions.Begin(null, Thumbprint(context));
            SessionCookie.Set(context, session, shop.Weak);
        }

        return Answers.Html(context, Pages.Login(shop.Sessions.FormToken(session), shop.Has(Weakness.MixedContent)));
    }

    /// <summary>By the form of the page.</summary>
    private static async Task LogInAsync(HttpContext context, Shop shop, LoginAttempts attempts)
    {
        if (shop.Sessions.Find(SessionCookie.Of(context, shop.Weak)) is not { } before)
        {
            await Answers.Html(context, Pages.Refused("Load the login page first."), StatusCodes.Status403Forbidden);
        }
        else if (await FormGate.ReadAsync(context, shop, before) is { } form)
        {
            if (await ProvedAsync(context, shop, attempts, form["login"].ToString(), form["password"].ToString()))
            {
                Enter(context, shop, before);
                await Answers.SeeOther(context, "/account");
            }
        }
    }

    /// <summary>By JSON, which no page of another site can send without being asked first (CORS preflight).</summary>
    private static async Task BeginAsync(HttpContext context, Shop shop, LoginAttempts attempts)
    {
        if (await JsonBody.ReadAsync(context, Field.Text("login", 1, 60), Field.Text("password", 1, 100)) is not { } body)
        {
            return;
        }

        if (!FormGate.IsFromHere(context, shop))
        {
            await Problem.Write(context, StatusCodes.Status403Forbidden, "not from another site");
        }
        else if (await ProvedAsync(context, shop, attempts, body.Text("login"), body.Text("password")))
        {
            var session = Enter(context, shop, shop.Sessions.Find(SessionCookie.Of(context, shop.Weak)));
            await Answers.Json(context, new { account = session.Account, csrf_token = shop.Sessions.FormToken(session) });
        }
    }

    private static async Task<bool> ProvedAsync(HttpContext context, Shop shop, LoginAttempts attempts, string login, string password)
    {
        if (attempts.WaitOf(login) is { } wait)
        {
            context.Response.Headers.RetryAfter = wait;
            await Problem.Write(context, StatusCodes.Status429TooManyRequests, "too many attempts");
            return false;
        }

        if (shop.Has(Weakness.DefaultPassword) && login == "admin" && password == "admin")
        {
            return true;
        }

        if (shop.Has(Weakness.LoginTells) && !Passwords.Exists(shop.Data, login))
        {
            await Problem.Write(context, StatusCodes.Status404NotFound, "there is no such login");
            return false;
        }

        // A login opens the account of the certificate, or nothing.
        if (Passwords.AccountOf(shop.Data, login, password) is { } account && account == Caller.Of(context).Name)
        {
            attempts.Forget(login);
            return true;
        }

        attempts.Count(login);
        await Problem.Write(context, StatusCodes.Status401Unauthorized, "name or password is wrong");
        return false;
    }

    private static Session Enter(HttpContext context, Shop shop, Session? before)
    {
        if (before is not null && shop.Has(Weakness.FixedSession))
        {
            var fixedOne = before with { Account = Caller.Of(context).Name, Thumbprint = Thumbprint(context) };
            shop.Sessions.Keep(fixedOne);
            return fixedOne;
        }

        if (before is not null)
        {
            shop.Sessions.End(before.Id);
        }

        var session = shop.Sessions.Begin(Caller.Of(context).Name, Thumbprint(context));
        SessionCookie.Set(context, session, shop.Weak);
        return session;
    }

    private static async Task LogOutAsync(HttpContext context, Shop shop)
    {
        if (Caller.Of(context).Session is { } session && await FormGate.ReadAsync(context, shop, session) is not null)
        {
            if (!shop.Has(Weakness.SessionOutlivesLogout))
            {
                shop.Sessions.End(session.Id);
            }

            SessionCookie.Clear(context, shop.Weak);
            await Answers.SeeOther(context, "/login");
        }
    }

    private static Task AccountAsync(HttpContext context, Shop shop)
    {
        if (shop.Has(Weakness.ChangeByGet) && context.Request.Query["email"] is [{ } email] && ProfileRoutes.IsEmail(email))
        {
            Store(shop, Caller.Of(context).Name, email);
        }

        return Caller.Of(context) is { Session: { } session } caller && ProfileRoutes.Find(shop, caller.Name) is { } profile
            ? Answers.Html(context, Pages.Account(profile.Value, shop.Sessions.FormToken(session), shop.Has(Weakness.MixedContent)))
            : Problem.NotFound(context);
    }

    private static void Store(Shop shop, string name, string email) =>
        shop.Data.Write($"UPDATE accounts SET email = {email}, version = version + 1 WHERE name = {name}");

    private static async Task ChangeAsync(HttpContext context, Shop shop)
    {
        if (Caller.Of(context) is not { Session: { } session } caller || await FormGate.ReadAsync(context, shop, session) is not { } form)
        {
            return;
        }

        if (ProfileRoutes.IsEmail(form["email"].ToString()))
        {
            Store(shop, caller.Name, form["email"].ToString());
            await Answers.SeeOther(context, "/account");
        }
        else
        {
            await Answers.Html(context, Pages.Refused("That is no mail address."), StatusCodes.Status400BadRequest);
        }
    }

    private static string? Thumbprint(HttpContext context) =>
        context.Connection.ClientCertificate is { } certificate ? CallerGate.Thumbprint(certificate) : null;
}
