using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Changes;

/// <summary>An identity as its browser shows it: with what a browser adds to each request by itself, whichever page asks.</summary>
internal sealed record Browser
{
    /// <summary>The identity.</summary>
    public required Identity Identity { get; init; }

    /// <summary>Only what is added by itself: the certificate, cookies, a Basic password. Never a bearer token or an API key.</summary>
    public required Actor Ambient { get; init; }

    /// <summary>All that a right client of this identity sends.</summary>
    public required Actor Full { get; init; }

    /// <summary>Whether the certificate is all that is added.</summary>
    public bool CertificateOnly { get; init; }

    /// <summary>The cookies that the login set; empty without a login of this browser's own.</summary>
    public ImmutableArray<SetCookie> Cookies { get; init; } = [];

    /// <summary>The login; <c>null</c> when a cookie or password was given.</summary>
    public Exchange? Login { get; init; }

    /// <summary>The token that the login handed out; <c>null</c> for none.</summary>
    public AntiForgery? FromLogin => Login?.Answer is { } answer ? AntiForgery.In(answer, Cookies) : null;

    /// <summary>What keeps browsers of today from sending the session with another site's POST: <c>lax</c> or <c>strict</c>; <c>null</c> when nothing does, or when the cookie was given and not seen being set.</summary>
    public string? HeldBack => Cookies.Where(cookie => cookie.LooksLikeSession).Select(cookie => cookie.SameSite).Distinct().ToArray() is [("lax" or "strict") and var only] ? only : null;

    /// <summary>Whether an identity has more than its certificate that a browser adds by itself.</summary>
    /// <param name="identity">The identity.</param>
    public static bool HasSession(Identity identity) => identity is { Cookie: not null } or { Basic: not null } or { Login.TokenMember: null, Login: not null };

    /// <summary>The browser that the checks of a scan share: of the first identity with a session, or with its certificate alone.</summary>
    /// <param name="context">The target.</param>
    /// <param name="cancellationToken">The scan's own token.</param>
    /// <returns>The browser, or why there is none.</returns>
    public static Task<(Browser? Browser, Outcome.NotTested? Why)> SharedAsync(CheckContext context, CancellationToken cancellationToken) =>
        context.Shared.OnceAsync("browser", async () =>
        {
            if (context.Api.Identities.FirstOrDefault(HasSession) is { } identity)
            {
                return await OpenAsync(context, identity, cancellationToken).ConfigureAwait(false);
            }

            return context.Api.Identities.FirstOrDefault(one => one.HasCertificate) is { } bearer && context.Survey.CertificateRequested
                ? (new Browser { Identity = bearer, Ambient = Actor.Of(bearer).WithoutApplication(), Full = Actor.Of(bearer), CertificateOnly = true }, null)
                : ((Browser?)null, new Outcome.NotTested("no cookie, Basic password or client certificate was given: nothing that a browser adds by itself") { Needs = ["identities.NAME.cookie, or identities.NAME.login without a token"] });
        });

    /// <summary>A browser with a session of its own: the login is made afresh when there is one.</summary>
    /// <param name="context">The target.</param>
    /// <param name="identity">An identity with a session.</param>
    /// <param name="cancellationToken">Cancels the login.</param>
    public static async Task<(Browser? Browser, Outcome.NotTested? Why)> OpenAsync(CheckContext context, Identity identity, CancellationToken cancellationToken)
    {
        if (identity.Login is not { TokenMember: null } || context.Transport.LoginsOf(identity) is not { } logins)
        {
            return (Given(identity), null);
        }

        await using (logins.ConfigureAwait(false))
        {
            Exchange? login = await logins.TryAsync(new() { Title = $"login of {identity.Name}" }, cancellationToken).ConfigureAwait(false);
            ImmutableArray<SetCookie> cookies = [.. SetCookie.In(login?.Answer, context.Time.GetUtcNow()).Where(cookie => !cookie.Removes)];
            foreach (SetCookie cookie in cookies)
            {
                login?.Redaction.Learn(cookie.Value);
            }

            return login?.Answer is { Status: >= 200 and < 400 } && !cookies.IsEmpty
                ? (Of(identity, cookies, login), null)
                : (null, new Outcome.NotTested($"the login of {identity.Name} set no cookie: {login?.Summary}") { Needs = [$"identities.{identity.Name}.login"] });
        }
    }

    /// <summary>The same identity with these cookies.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="cookies">The cookies.</param>
    /// <param name="login">The login that set them; <c>null</c> when none did.</param>
    public static Browser Of(Identity identity, ImmutableArray<SetCookie> cookies, Exchange? login)
    {
        Actor actor = Actor.Of(identity).WithHeaders(identity.Name, [new("cookie", new Secret(string.Join("; ", cookies.Select(cookie => $"{cookie.Name}={cookie.Value}"))))]);
        return new() { Identity = identity, Ambient = actor, Full = actor, Cookies = cookies, Login = login };
    }

    /// <summary>This browser after a page: it keeps what the page sets against forgery, the half of a token that is not in the form among it. What was given and not logged in keeps nothing.</summary>
    /// <param name="page">The page.</param>
    /// <param name="now">The time it arrived.</param>
    public Browser After(HttpAnswer page, DateTimeOffset now)
    {
        ImmutableArray<SetCookie> set = Login is null ? [] : [.. SetCookie.In(page, now).Where(cookie => cookie is { IsAntiForgery: true, Removes: false })];
        return set.IsEmpty ? this : Of(Identity, [.. Cookies.Where(cookie => set.All(one => one.Name != cookie.Name)), .. set], Login);
    }

    /// <summary>Whether the answers or the description speak of browsers: then a certificate is sent from pages, not from programs only.</summary>
    /// <param name="context">The target.</param>
    /// <param name="seen">Answers that were seen.</param>
    public bool IsReal(CheckContext context, params ReadOnlySpan<Exchange?> seen)
    {
        bool told = !CertificateOnly || context.Request.Expect.Browsers || context.Api.Operations.Any(operation =>
            operation.Responses.Any(response => response.MediaType == "text/html") || operation.Security.Any(way => way.Schemes.Any(scheme => scheme is { Kind: SecuritySchemeKind.ApiKey, In: "cookie" })));
        foreach (Exchange? exchange in seen)
        {
            told |= exchange?.Answer is { } answer && (answer.Header("set-cookie") is not null || answer.Header("content-type")?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true);
        }

        return told;
    }

    private static Browser Given(Identity identity)
    {
        ImmutableArray<PresentedHeader> headers =
        [
            .. identity.Cookie is { } cookie ? (PresentedHeader[])[new("cookie", cookie)] : [],
            .. identity.Basic is { } basic ? (PresentedHeader[])[new("authorization", new Secret("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(basic.Reveal()))))] : [],
        ];
        return new() { Identity = identity, Ambient = Actor.Of(identity).WithHeaders(identity.Name, headers), Full = Actor.Of(identity) };
    }
}
