using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using OrdersApi.App;

namespace Sallyport.Scan.Tests.Samples;

/// <summary>What shows each weakness of logins, sessions and forms.</summary>
internal static partial class BrowserSwitches
{
    private const string Form = "application/x-www-form-urlencoded";
    private static readonly (string Name, string Value)[] _elsewhere = [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")];

    public static IEnumerable<(Weakness Weakness, Func<OrdersClient, Task<bool>> Shows)> All =>
    [
        (Weakness.UnlimitedLogins, UnlimitedAsync),
        (Weakness.LoginTells, async api => (await LogInAsync(api, "dave", "wrong")).Status != (await LogInAsync(api, "nobody-here", "wrong")).Status),
        (Weakness.DefaultPassword, async api => (await LogInAsync(api, "admin", "admin")).Served),
        (Weakness.WeakPasswords, WeakPasswordAsync),
        (Weakness.ResetTells, ResetTellsAsync),
        (Weakness.CrossSiteForms, api => ChangesAsync(api, "email=changed%40orders.test", _elsewhere)),
        (Weakness.FormTokenIgnored, api => ChangesAsync(api, "email=changed%40orders.test")),
        (Weakness.ChangeByGet, ChangeByGetAsync),
        (Weakness.PoorCookie, async api => !(await LoginPageAsync(api)).Header("Set-Cookie").Contains("HttpOnly", StringComparison.OrdinalIgnoreCase)),
        (Weakness.ReflectedOrigin, ReflectedAsync),
        (Weakness.FixedSession, FixedSessionAsync),
        (Weakness.SessionOutlivesLogout, OutlivesAsync),
        (Weakness.OpenEvents, async api => (await api.SendAsync("GET", "/events", api.Alice.Forged, [api.Cookie(api.Alice), .. _elsewhere])).Served),
    ];

    /// <summary>The strict way through the pages, from the login to the logout.</summary>
    public static async Task<string> ThroughThePagesAsync(OrdersClient api)
    {
        OrdersAnswer page = await LoginPageAsync(api);
        string before = CookieOf(page);
        OrdersAnswer inside = await api.SendAsync(
            "POST", "/login", api.Alice.Forged, [("Cookie", before)], $"login=alice&password={api.App.PasswordFor(api.Alice)}&csrf_token={TokenOf(page)}", Form);
        inside.Status.ShouldBe(303, inside.Text);
        string after = CookieOf(inside);
        OrdersAnswer account = await api.SendAsync("GET", "/account", api.Alice.Forged, [("Cookie", after)]);
        account.Text.ShouldContain("Name: alice");
        OrdersAnswer changed = await api.SendAsync("POST", "/account", api.Alice.Forged, [("Cookie", after)], $"email=mine%40orders.test&csrf_token={TokenOf(account)}", Form);
        changed.Status.ShouldBe(303, changed.Text);
        (await api.GetAsync("/profiles/alice", api.Alice)).Member("email").ShouldBe("mine@orders.test");
        (await api.SendAsync("POST", "/logout", api.Alice.Forged, [("Cookie", after)], $"csrf_token={TokenOf(account)}", Form)).Status.ShouldBe(303);
        return after;
    }

    private static Task<OrdersAnswer> LoginPageAsync(OrdersClient api) => api.SendAsync("GET", "/login", api.Alice.Forged, []);

    private static Task<OrdersAnswer> LogInAsync(OrdersClient api, string login, string password) =>
        api.SendAsync("POST", "/session", api.Pki.Dave.Forged, [], $$"""{"login":"{{login}}","password":"{{password}}"}""");

    private static string CookieOf(OrdersAnswer answer) => answer.Header("Set-Cookie").Split(';')[0];

    private static string TokenOf(OrdersAnswer page) => FormToken().Match(page.Text).Groups["token"].Value;

    private static async Task<bool> UnlimitedAsync(OrdersClient api)
    {
        for (int i = 0; i < 12; i++)
        {
            if ((await LogInAsync(api, "dave", "wrong" + i)).Status == 429)
            {
                return false;
            }
        }

        return true;
    }

    private static async Task<bool> WeakPasswordAsync(OrdersClient api)
    {
        await api.SendAsync("POST", "/register", api.Pki.Dave.Forged, [], """{"login":"dave-2","password":"123456"}""");
        return (await LogInAsync(api, "dave-2", "123456")).Served;
    }

    private static async Task<bool> ResetTellsAsync(OrdersClient api)
    {
        OrdersAnswer answer = await api.SendAsync("POST", "/reset", api.Pki.Dave.Forged, [("X-Forwarded-Host", "evil.example")], """{"login":"dave"}""");
        string token = answer.Member("token");
        string body = $$"""{"token":"{{token}}","password":"a long and new password"}""";
        return token.Length == 8 && answer.Member("link").StartsWith("https://evil.example/", StringComparison.Ordinal)
            && (await api.SendAsync("POST", "/reset/confirm", api.Pki.Dave.Forged, [], body)).Served
            && (await api.SendAsync("POST", "/reset/confirm", api.Pki.Dave.Forged, [], body)).Served;
    }

    private static async Task<bool> ChangesAsync(OrdersClient api, string form, params (string Name, string Value)[] headers)
    {
        await api.SendAsync("POST", "/account", api.Alice.Forged, [api.Cookie(api.Alice), .. headers], form, Form);
        return (await api.GetAsync("/profiles/alice", api.Alice)).Member("email") == "changed@orders.test";
    }

    private static async Task<bool> ChangeByGetAsync(OrdersClient api)
    {
        await api.SendAsync("GET", "/account?email=changed%40orders.test", api.Alice.Forged, [api.Cookie(api.Alice)]);
        return (await api.GetAsync("/profiles/alice", api.Alice)).Member("email") == "changed@orders.test";
    }

    private static async Task<bool> ReflectedAsync(OrdersClient api) =>
        (await api.GetAsync("/profiles/alice", api.Alice, ("Origin", "https://evil.example"))).Header("Access-Control-Allow-Origin") == "https://evil.example";

    private static async Task<bool> FixedSessionAsync(OrdersClient api)
    {
        OrdersAnswer page = await LoginPageAsync(api);
        string before = CookieOf(page);
        OrdersAnswer inside = await api.SendAsync(
            "POST", "/login", api.Alice.Forged, [("Cookie", before)], $"login=alice&password={api.App.PasswordFor(api.Alice)}&csrf_token={TokenOf(page)}", Form);
        inside.Status.ShouldBe(303, inside.Text);
        return (await api.SendAsync("GET", "/account", api.Alice.Forged, [("Cookie", before)])).Served;
    }

    private static async Task<bool> OutlivesAsync(OrdersClient api)
    {
        string cookie = await ThroughThePagesAsync(api);
        return (await api.SendAsync("GET", "/account", api.Alice.Forged, [("Cookie", cookie)])).Served;
    }

    [GeneratedRegex("name=\"csrf_token\" value=\"(?<token>[^\"]+)\"")]
    private static partial Regex FormToken();
}
