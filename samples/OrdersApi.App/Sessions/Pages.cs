using System.Net;

namespace OrdersApi.App.Sessions;

/// <summary>The pages, every text in them encoded.</summary>
internal static class Pages
{
    public static string Login(string token, bool mixed) => Page(
        "Log in",
        $"""
        <form method="post" action="/login">
        {Token(token)}
        <label>Name <input name="login" autocomplete="username" required></label>
        <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
        <button>Log in</button>
        </form>
        """,
        mixed);

    public static string Account(Data.Profile profile, string token, bool mixed) => Page(
        "Your account",
        $"""
        <p>Name: {Text(profile.Name)}</p>
        <p>Mail: {Text(profile.Email)}</p>
        <p>Note: {Text(profile.Note)}</p>
        <form method="post" action="/account">
        {Token(token)}
        <label>Mail <input name="email" type="email" value="{Text(profile.Email)}" required></label>
        <button>Change</button>
        </form>
        <form method="post" action="/logout">
        {Token(token)}
        <button>Log out</button>
        </form>
        """,
        mixed);

    public static string Refused(string title) => Page("Not done", $"<p>{Text(title)}</p>");

    private const string Mixed = """<script src="http://localhost/help.js"></script><a href="http://localhost/help">Help</a>""";

    private static string Token(string token) => $"""<input type="hidden" name="csrf_token" value="{Text(token)}">""";

    private static string Page(string title, string body, bool mixed = false) =>
        $"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>{Text(title)}</title></head>
        <body><h1>{Text(title)}</h1>
        {body}
        {(mixed ? Mixed : "")}
        </body></html>
        """;

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
