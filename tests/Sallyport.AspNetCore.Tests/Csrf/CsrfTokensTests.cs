using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Csrf;
using Sallyport.AspNetCore.Sessions;
using Sallyport.AspNetCore.Tests.Tokens;

namespace Sallyport.AspNetCore.Tests.Csrf;

/// <summary>CSRF-002: a form's token is missing, empty, another's, or a made-up pair of cookie and field.</summary>
public sealed class CsrfTokensTests : IClassFixture<TokenRefusalTests.Shared>, IDisposable
{
    private readonly Callers _callers;
    private readonly ServiceProvider _services = Services(null);

    public CsrfTokensTests(TokenRefusalTests.Shared shared) => _callers = shared.Callers;

    [Fact]
    public async Task CSRF_002_A_form_passes_with_its_own_token_only()
    {
        (string cookie, string token) = Issue(_callers.Alice, "s1");
        (await PostAsync(_callers.Alice, "s1", cookie, token)).ShouldBe(200);
        (await PostAsync(_callers.Alice, "s1", cookie, null)).ShouldBe(403);
        (await PostAsync(_callers.Alice, "s1", cookie, "")).ShouldBe(403);
        (await PostAsync(_callers.Alice, "s1", null, token)).ShouldBe(403);
        (await PostAsync(_callers.Alice, "s2", cookie, token)).ShouldBe(403);
        (await PostAsync(_callers.Alice, null, cookie, token)).ShouldBe(403);
        (await PostAsync(_callers.Bob, "s1", cookie, token)).ShouldBe(403);
        (await PostAsync(null, "s1", cookie, token)).ShouldBe(403);
        (string bobsCookie, string bobsToken) = Issue(_callers.Bob, "s1");
        (await PostAsync(_callers.Alice, "s1", bobsCookie, bobsToken)).ShouldBe(403);
        (await PostAsync(_callers.Alice, "s1", cookie, bobsToken)).ShouldBe(403);
        (await PostAsync(_callers.Alice, "s1", bobsCookie, token)).ShouldBe(403);
    }

    [Fact]
    public async Task CSRF_002_A_made_up_pair_is_refused()
    {
        byte[] made = RandomNumberGenerator.GetBytes(48);
        string cookie = $"{CsrfTokens.CookieName}={TokenForge.Encode(made)}";
        byte[] masked = [.. new byte[48], .. made];
        (await PostAsync(_callers.Alice, "s1", cookie, TokenForge.Encode(masked))).ShouldBe(403);
        (await PostAsync(_callers.Alice, "s1", $"{CsrfTokens.CookieName}=fixed", "fixed")).ShouldBe(403);
        (string good, string token) = Issue(_callers.Alice, "s1");
        (await PostAsync(_callers.Alice, "s1", $"{good}; {good}", token)).ShouldBe(403);
    }

    [Fact]
    public void Each_page_has_another_text_and_old_pages_stay_good()
    {
        (string cookie, string first) = Issue(_callers.Alice, "s1");
        HttpContext context = Context(_callers.Alice, "s1", cookie);
        ICsrfTokens tokens = _services.GetRequiredService<ICsrfTokens>();
        string second = tokens.Issue(context);
        second.ShouldNotBe(first);
        context.Response.Headers.SetCookie.Count.ShouldBe(0);
        tokens.IsValid(context, first).ShouldBeTrue();
        tokens.IsValid(context, second).ShouldBeTrue();
    }

    [Fact]
    public void The_cookie_is_for_this_host_and_no_script()
    {
        HttpContext context = Context(_callers.Alice, null, null);
        _services.GetRequiredService<ICsrfTokens>().Issue(context);
        string line = context.Response.Headers.SetCookie.ToString();
        line.ShouldStartWith("__Host-sallyport-csrf=");
        line.Split("; ").Skip(1).Order(StringComparer.Ordinal).ShouldBe(["httponly", "path=/", "samesite=strict", "secure"]);
    }

    [Fact]
    public void Nodes_with_the_same_key_take_each_others_tokens_and_others_do_not()
    {
        byte[] key = RandomNumberGenerator.GetBytes(32);
        using ServiceProvider one = Services(key);
        using ServiceProvider two = Services(key);
        HttpContext first = Context(_callers.Alice, "s1", null);
        string token = one.GetRequiredService<ICsrfTokens>().Issue(first);
        HttpContext second = Context(_callers.Alice, "s1", first.Response.Headers.SetCookie.ToString().Split(';')[0]);
        two.GetRequiredService<ICsrfTokens>().IsValid(second, token).ShouldBeTrue();
        _services.GetRequiredService<ICsrfTokens>().IsValid(second, token).ShouldBeFalse();
        Should.Throw<ArgumentException>(() => new CsrfOptions { Key = new byte[31] });
    }

    [Fact]
    public void No_text_makes_it_throw_or_is_a_token()
    {
        (string cookie, string token) = Issue(_callers.Alice, "s1");
        ICsrfTokens tokens = _services.GetRequiredService<ICsrfTokens>();
        Prop.ForAll<byte[]>(bytes => !tokens.IsValid(Context(_callers.Alice, "s1", cookie), Encoding.Latin1.GetString(bytes ?? [])))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200));
        var random = new Random(20_261_129);
        for (int turn = 0; turn < 300; turn++)
        {
            char[] changed = token.ToCharArray();
            int at = random.Next(changed.Length);
            changed[at] = (char)random.Next(128);
            if (changed[at] != token[at])
            {
                tokens.IsValid(Context(_callers.Alice, "s1", cookie), new string(changed)).ShouldBeFalse();
            }
        }
    }

    public void Dispose() => _services.Dispose();

    private static ServiceProvider Services(byte[]? key)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IAuditTrail, RecordingAudit>();
        services.AddOptions<SallyportOptions>().Configure(options => options.Csrf.Key = key);
        services.AddCsrf();
        return services.BuildServiceProvider();
    }

    private (string Cookie, string Token) Issue(ICallerFeature caller, string? session)
    {
        HttpContext context = Context(caller, session, null);
        string token = _services.GetRequiredService<ICsrfTokens>().Issue(context);
        return (context.Response.Headers.SetCookie.ToString().Split(';')[0], token);
    }

    private async Task<int> PostAsync(ICallerFeature? caller, string? session, string? cookie, string? token)
    {
        int inHeader = await SendAsync(caller, session, cookie, context =>
        {
            if (token is not null)
            {
                context.Request.Headers["X-Sallyport-Csrf"] = token;
            }
        });
        int inForm = await SendAsync(caller, session, cookie, context =>
        {
            byte[] body = Encoding.ASCII.GetBytes(token is null ? "a=b" : $"a=b&__sallyport={Uri.EscapeDataString(token)}");
            context.Request.ContentType = "application/x-www-form-urlencoded";
            context.Request.ContentLength = body.Length;
            context.Request.Body = new System.IO.MemoryStream(body);
        });
        inForm.ShouldBe(inHeader);
        return inForm;
    }

    private async Task<int> SendAsync(ICallerFeature? caller, string? session, string? cookie, Action<HttpContext> fill)
    {
        HttpContext context = Context(caller, session, cookie);
        context.Request.Method = "POST";
        context.Request.Headers["Sec-Fetch-Site"] = "same-origin";
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(new CsrfTokenMetadata()), "test"));
        fill(context);
        await _services.GetRequiredService<CsrfGate>().InvokeAsync(context, _ => Task.CompletedTask);
        return context.Response.StatusCode;
    }

    private DefaultHttpContext Context(ICallerFeature? caller, string? session, string? cookie)
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        context.Features.Set(caller);
        if (cookie is not null)
        {
            context.Request.Headers.Cookie = cookie;
        }

        if (session is not null && caller is not null)
        {
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            context.Features.Set<IBoundSessionFeature>(new BoundSessionFeature(new BoundSession
            {
                Key = session,
                Identity = caller.Identity.Name,
                IdentityVersion = 1,
                Certificate = caller.Certificate.Thumbprint,
                CreatedAt = now,
                LastUsedAt = now,
                EndsAt = now.AddHours(1),
            }));
        }

        return context;
    }
}
