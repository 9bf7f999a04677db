using System;
using System.Text;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Csrf;
using Sallyport.AspNetCore.Tests.Tokens;

namespace Sallyport.AspNetCore.Tests.Csrf;

public sealed class CsrfGateTests : IDisposable
{
    private const string Trusted = "https://app.example";
    private readonly RecordingAudit _audit = new();
    private readonly ServiceProvider _services;

    public CsrfGateTests()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IAuditTrail>(_audit);
        services.AddOptions<SallyportOptions>().Configure(options => options.TrustedOrigins.Add(Trusted));
        services.AddCsrf();
        _services = services.BuildServiceProvider();
    }

    [Theory]
    [InlineData("same-origin", null, true)]
    [InlineData("none", null, true)]
    [InlineData("same-origin", "null", true)] // a page that hides its referrer
    [InlineData("same-site", null, false)]
    [InlineData("cross-site", null, false)]
    [InlineData("cross-site", "https://evil.example", false)]
    [InlineData("same-site", "https://sub.api.test", false)]
    [InlineData("cross-site", "https://api.test", false)]
    [InlineData("cross-site", Trusted, true)]
    [InlineData("same-site", Trusted, true)]
    [InlineData("cross-site", Trusted + "/", false)]
    [InlineData("", null, false)]
    [InlineData("Same-Origin", null, false)]
    [InlineData("same-origin, none", null, false)]
    [InlineData(null, "https://api.test", true)]
    [InlineData(null, "https://api.test:443", true)]
    [InlineData(null, Trusted, true)]
    [InlineData(null, "null", false)]
    [InlineData(null, "", false)]
    [InlineData(null, "http://api.test", false)]
    [InlineData(null, "https://api.test:8443", false)]
    [InlineData(null, "https://sub.api.test", false)]
    [InlineData(null, "https://api.test.evil.example", false)]
    [InlineData(null, "https://evil.example?https://api.test", false)]
    [InlineData(null, "https://user@api.test", false)]
    [InlineData(null, "https://app.example.evil.example", false)]
    public async Task CSRF_001_A_state_change_passes_only_from_here_or_a_trusted_origin(string? site, string? origin, bool passes)
    {
        foreach (string method in (string[])["POST", "PUT", "PATCH", "DELETE", "post", "get", "TRACE", "CONNECT", "PROPFIND"])
        {
            (await PassesAsync(method, site, origin)).ShouldBe(passes, method);
        }

        (await PassesAsync("GET", site, origin)).ShouldBeTrue();
        (await PassesAsync("HEAD", site, origin)).ShouldBeTrue();
        (await PassesAsync("OPTIONS", site, origin)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_program_passes_and_whoever_sends_a_cookie_must_say_where_from()
    {
        (await PassesAsync("POST", null, null)).ShouldBeTrue();
        (await PassesAsync("POST", null, null, context => context.Request.Headers.Cookie = "a=b")).ShouldBeFalse();
        _audit.LastReason.ShouldBe("csrf.cross-site:cookie-without-origin");
        (await PassesAsync("GET", null, null, context => context.Request.Headers.Cookie = "a=b")).ShouldBeTrue();
    }

    [Fact]
    public async Task Two_headers_of_a_kind_are_refused()
    {
        (await PassesAsync("POST", "same-origin", null, context => context.Request.Headers["Sec-Fetch-Site"] = new StringValues(["same-origin", "same-origin"]))).ShouldBeFalse();
        (await PassesAsync("POST", null, null, context => context.Request.Headers.Origin = new StringValues(["https://api.test", "https://evil.example"]))).ShouldBeFalse();
    }

    [Theory]
    [InlineData(null, "https://evil.example", false)]
    [InlineData(null, "null", false)]
    [InlineData("same-origin", "https://evil.example", false)]
    [InlineData("cross-site", null, false)]
    [InlineData(null, "https://api.test", true)]
    [InlineData("same-origin", "https://api.test", true)]
    [InlineData(null, Trusted, true)]
    [InlineData(null, null, true)]
    public async Task CSRF_008_A_WebSocket_is_opened_only_from_here_or_a_trusted_origin(string? site, string? origin, bool passes)
    {
        (await PassesAsync("GET", site, origin, context => context.Request.Headers.Upgrade = "websocket")).ShouldBe(passes);
        if (origin is null && site is null)
        {
            (await PassesAsync("GET", null, null, context =>
            {
                context.Request.Headers.Upgrade = "websocket";
                context.Request.Headers.Cookie = "a=b";
            })).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("X-HTTP-Method-Override")]
    [InlineData("x-http-method")]
    [InlineData("X-Method-Override")]
    public async Task CSRF_003_A_method_that_a_header_names_is_not_heard(string name)
    {
        bool seen = true;
        await PassesAsync("GET", null, null, context => context.Request.Headers[name] = "DELETE", after: context => seen = context.Request.Headers.ContainsKey(name));
        seen.ShouldBeFalse();
    }

    [Fact]
    public async Task An_endpoint_may_be_opened_to_other_sites_with_a_reason()
    {
        (await PassesAsync("POST", "cross-site", "https://evil.example", metadata: new CrossSiteMetadata("login answers"))).ShouldBeTrue();
    }

    [Fact]
    public async Task Plain_http_and_default_ports_are_told_apart()
    {
        (await PassesAsync("POST", null, "http://api.test", context => context.Request.Scheme = "http")).ShouldBeTrue();
        (await PassesAsync("POST", null, "https://api.test", context => context.Request.Scheme = "http")).ShouldBeFalse();
        (await PassesAsync("POST", null, "https://api.test:8443", context => context.Request.Host = new HostString("api.test:8443"))).ShouldBeTrue();
        (await PassesAsync("POST", null, "https://api.test", context => context.Request.Host = new HostString("API.test:443"))).ShouldBeTrue();
        (await PassesAsync("POST", null, "https://", context => context.Request.Host = default)).ShouldBeFalse();
        (await PassesAsync("POST", null, "https://[::1]:8443", context => context.Request.Host = new HostString("[::1]:8443"))).ShouldBeTrue();
    }

    [Fact]
    public void No_octets_in_Origin_make_it_throw_or_pass() =>
        Prop.ForAll<byte[], bool>((bytes, fetch) =>
        {
            string text = Encoding.Latin1.GetString(bytes ?? []);
            Task<bool> passes = fetch ? PassesAsync("POST", text, text) : PassesAsync("POST", null, text);
            return passes.IsCompletedSuccessfully && !passes.GetAwaiter().GetResult();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Theory]
    [InlineData("https://app.example", true)]
    [InlineData("https://app.example:8443", true)]
    [InlineData("http://127.0.0.1:5000", true)]
    [InlineData("https://app.example/", false)]
    [InlineData("https://app.example:443", false)]
    [InlineData("https://App.example", false)]
    [InlineData("https://*.example", false)]
    [InlineData("https://user@app.example", false)]
    [InlineData("app.example", false)]
    [InlineData("null", false)]
    [InlineData("*", false)]
    [InlineData("", false)]
    public void A_trusted_origin_is_written_as_browsers_write_it(string origin, bool isFine)
    {
        var options = new SallyportOptions();
        options.TrustedOrigins.Add(origin);
        new CsrfOptionsValidator().Validate(null, options).Succeeded.ShouldBe(isFine);
    }

    public void Dispose() => _services.Dispose();

    private async Task<bool> PassesAsync(
        string method, string? site, string? origin, Action<HttpContext>? change = null, object? metadata = null, Action<HttpContext>? after = null)
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        context.Request.Method = method;
        context.Request.Scheme = "https";
        context.Request.Host = new HostString("api.test");
        if (site is not null)
        {
            context.Request.Headers["Sec-Fetch-Site"] = new StringValues(site);
        }

        if (origin is not null)
        {
            context.Request.Headers.Origin = new StringValues(origin);
        }

        change?.Invoke(context);
        context.SetEndpoint(new Endpoint(null, metadata is null ? EndpointMetadataCollection.Empty : new EndpointMetadataCollection(metadata), "test"));
        bool served = false;
        await _services.GetRequiredService<CsrfGate>().InvokeAsync(context, _ =>
        {
            served = true;
            after?.Invoke(context);
            return Task.CompletedTask;
        });
        context.Response.StatusCode.ShouldBe(served ? 200 : 403);
        return served;
    }
}
