using System;
using System.Linq;
using System.Net.Http;
using System.Security.Claims;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Sessions;
using Sallyport.AspNetCore.Tests.Tokens;

namespace Sallyport.AspNetCore.Tests.Sessions;

/// <summary>Sessions over real TLS: whoever has the cookie has nothing without the certificate.</summary>
public sealed class SessionsOnKestrelTests : IClassFixture<TokenRefusalTests.Shared>
{
    private static readonly (string, string) _own = ("Sec-Fetch-Site", "same-origin");
    private readonly Callers _callers;

    public SessionsOnKestrelTests(TokenRefusalTests.Shared shared) => _callers = shared.Callers;

    [Fact]
    public async Task BIND_008_CSRF_004_006_007_A_session_lives_and_ends_with_its_certificate_and_its_server()
    {
        await using GateHost host = await StartAsync();
        using HttpClient alice = host.Client(_callers.Pki.Alice);
        using HttpClient bob = host.Client(_callers.Pki.Bob);
        string fixedBefore = $"{SessionCookie.Name}={SessionCookie.NewValue()}";

        using HttpResponseMessage signedIn = await GateHost.SendAsync(alice, HttpMethod.Post, "/in", fixedBefore, _own);
        string line = GateHost.SetCookies(signedIn).Single(text => !text.Contains("expires", StringComparison.OrdinalIgnoreCase));
        line.ShouldStartWith("__Host-sallyport=");
        string[] attributes = [.. line.Split("; ").Skip(1).Order(StringComparer.Ordinal)];
        attributes.ShouldBe(["httponly", "path=/", "samesite=lax", "secure"]);
        string cookie = line.Split(';')[0];
        cookie.ShouldNotBe(fixedBefore);
        (await GateHost.SayAsync(alice, HttpMethod.Get, "/who", cookie)).ShouldBe("alice level=2");
        (await GateHost.SayAsync(alice, HttpMethod.Get, "/who", fixedBefore)).ShouldBe("alice");

        (await GateHost.SayAsync(bob, HttpMethod.Get, "/who", cookie)).ShouldBe("bob");
        host.Audit.Events.ShouldContain(e => e.Reason == "session.refused:bound-to-another" && e.Identity == "bob");

        using HttpResponseMessage again = await GateHost.SendAsync(alice, HttpMethod.Post, "/in", cookie, _own);
        string second = GateHost.Cookies(again);
        second.ShouldNotBe(cookie);
        (await GateHost.SayAsync(alice, HttpMethod.Get, "/who", cookie)).ShouldBe("alice"); // the first has ended
        (await GateHost.SayAsync(alice, HttpMethod.Get, "/who", second)).ShouldBe("alice level=2");

        using HttpResponseMessage signedOut = await GateHost.SendAsync(alice, HttpMethod.Post, "/out", second, _own);
        GateHost.SetCookies(signedOut).Single().ShouldContain("expires=Thu, 01 Jan 1970");
        (await GateHost.SayAsync(alice, HttpMethod.Get, "/who", second)).ShouldBe("alice"); // the cookie was kept, the session was not
        host.Audit.Events.Select(e => e.Reason).ShouldContain("session.ended");
    }

    [Fact]
    public async Task X19_The_platforms_own_cookie_is_bound_to_the_certificate()
    {
        await using GateHost host = await GateHost.StartAsync(
            _callers,
            app =>
            {
                app.UseAuthentication();
                app.MapPost("/in", async (HttpContext context) =>
                {
                    await context.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity([new Claim("who", "alice")], "Cookies")));
                    return "in";
                });
                app.MapGet("/who", async (HttpContext context) => (await context.AuthenticateAsync()).Principal?.FindFirst("who")?.Value ?? "nobody");
            },
            services: services =>
            {
                services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
                services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
            });
        using HttpClient alice = host.Client(_callers.Pki.Alice);
        using HttpClient bob = host.Client(_callers.Pki.Bob);
        using HttpResponseMessage signedIn = await GateHost.SendAsync(alice, HttpMethod.Post, "/in");
        string cookie = GateHost.Cookies(signedIn);
        (await GateHost.SayAsync(alice, HttpMethod.Get, "/who", cookie)).ShouldBe("alice");
        (await GateHost.SayAsync(bob, HttpMethod.Get, "/who", cookie)).ShouldBe("nobody");
    }

    private Task<GateHost> StartAsync() => GateHost.StartAsync(_callers, app =>
    {
        app.MapPost("/in", async (HttpContext context) => (await context.SignInSallyportAsync(new SessionClaim("level", "2"))).Identity);
        app.MapPost("/out", async (HttpContext context) =>
        {
            await context.SignOutSallyportAsync();
            return "out";
        });
        app.MapGet("/who", (HttpContext context) =>
            context.User.Identity?.Name + (context.Features.Get<IBoundSessionFeature>() is null ? "" : $" level={context.User.FindFirst("level")?.Value}"));
    });
}
