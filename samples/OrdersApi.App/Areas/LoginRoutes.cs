using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrdersApi.App.Http;
using OrdersApi.App.Sessions;
using Sallyport.AspNetCore.Csrf;

namespace OrdersApi.App.Areas;

/// <summary>Pages for browsers: log in, the account, log out. A session is good only with the certificate that it was begun with.</summary>
internal static class LoginRoutes
{
    public static void Map(IEndpointRouteBuilder app, Shop shop, IBrowserSessions browsers, LoginAttempts attempts)
    {
        app.MapGet("/login", context => ShowAsync(context, shop, browsers)).ForCertificates();
        app.MapPost("/login", context => LogInAsync(context, shop, browsers, attempts)).ForCertificates().RequireCsrfToken();
        app.MapPost("/session", context => BeginAsync(context, shop, browsers, attempts)).ForCertificates();
        app.MapPost("/logout", context => LogOutAsync(context, browsers)).ForSessions().RequireCsrfToken();
        app.MapGet("/account", context => AccountAsync(context, shop, browsers)).ForSessions();
        app.MapPost("/account", context => ChangeAsync(context, shop, browsers)).ForSessions().RequireCsrfToken();
    }

    private static Task ShowAsync(HttpContext context, Shop shop, IBrowserSessions browsers) =>
        Answers.Html(context, Pages.Login(browsers.FormToken(context), shop.Has(Weakness.MixedContent)));

    /// <summary>By the form of the page.</summary>
    private static async Task LogInAsync(HttpContext context, Shop shop, IBrowserSessions browsers, LoginAttempts attempts)
    {
        if (await browsers.ReadFormAsync(context) is { } form
            && await ProvedAsync(context, shop, attempts, form["login"].ToString(), form["password"].ToString()))
        {
            await browsers.EnterAsync(context);
            await Answers.SeeOther(context, "/account");
        }
    }

    /// <summary>By JSON, which no page of another site can send without being asked first (CORS preflight).</summary>
    private static async Task BeginAsync(HttpContext context, Shop shop, IBrowserSessions browsers, LoginAttempts attempts)
    {
        if (await JsonBody.ReadAsync(context, Field.Text("login", 1, 60), Field.Text("password", 1, 100)) is { } body
            && await browsers.IsFromHereAsync(context)
            && await ProvedAsync(context, shop, attempts, body.Text("login"), body.Text("password")))
        {
            await browsers.EnterAsync(context);
            await Answers.Json(context, new { account = Caller.Of(context).Name, csrf_token = browsers.FormToken(context) });
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

    private static async Task LogOutAsync(HttpContext context, IBrowserSessions browsers)
    {
        if (await browsers.ReadFormAsync(context) is not null)
        {
            await browsers.LeaveAsync(context);
            await Answers.SeeOther(context, "/login");
        }
    }

    private static Task AccountAsync(HttpContext context, Shop shop, IBrowserSessions browsers)
    {
        if (shop.Has(Weakness.ChangeByGet) && context.Request.Query["email"] is [{ } email] && ProfileRoutes.IsEmail(email))
        {
            Store(shop, Caller.Of(context).Name, email);
        }

        return ProfileRoutes.Find(shop, Caller.Of(context).Name) is { } profile
            ? Answers.Html(context, Pages.Account(profile.Value, browsers.FormToken(context), shop.Has(Weakness.MixedContent)))
            : Problem.NotFound(context);
    }

    private static void Store(Shop shop, string name, string email) =>
        shop.Data.Write($"UPDATE accounts SET email = {email}, version = version + 1 WHERE name = {name}");

    private static async Task ChangeAsync(HttpContext context, Shop shop, IBrowserSessions browsers)
    {
        if (await browsers.ReadFormAsync(context) is not { } form)
        {
            return;
        }

        if (ProfileRoutes.IsEmail(form["email"].ToString()))
        {
            Store(shop, Caller.Of(context).Name, form["email"].ToString());
            await Answers.SeeOther(context, "/account");
        }
        else
        {
            await Answers.Html(context, Pages.Refused("That is no mail address."), StatusCodes.Status400BadRequest);
        }
    }
}
