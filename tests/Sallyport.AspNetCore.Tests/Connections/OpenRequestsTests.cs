using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Sessions;
using Sallyport.AspNetCore.Tests.Lab;
using Sallyport.AspNetCore.Tests.Sessions;
using Sallyport.AspNetCore.Tests.Tokens;
using Sallyport.AspNetCore.Tokens;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Tests.Connections;

/// <summary>What stays open is ended when its own right ends, and nothing beside it: streams of one connection, so that one sees which.</summary>
public sealed class OpenRequestsTests : IClassFixture<TokenRefusalTests.Shared>, IDisposable
{
    private static readonly (string, string) _own = ("Sec-Fetch-Site", "same-origin");
    private readonly Callers _callers;
    private readonly TokenForge _forge = new();
    private readonly CollectedTrail _trail = new();
    private readonly ListedIdentities _directory;
    private readonly ManualTime _clock = new(TimeProvider.System.GetUtcNow());
    private readonly Switch _switch = new();
    private readonly string _keys = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public OpenRequestsTests(TokenRefusalTests.Shared shared)
    {
        _callers = shared.Callers;
        _directory = new ListedIdentities(_clock);
        File.WriteAllBytes(_keys, TokenForge.KeySet(_forge.PublicKey()));
        Publish(["reader", "admin"]);
    }

    public void Dispose()
    {
        File.Delete(_keys);
        _forge.Dispose();
    }

    [Fact]
    public async Task A_stream_ends_with_its_token_and_the_others_of_its_connection_go_on()
    {
        await using var host = await StartAsync();
        var alice = host.Client(_callers.Pki.Alice, HttpVersion.Version20);
        await using var ending = await OpenAsync(alice, "/bound", Token(TimeSpan.FromMinutes(5)));
        await using var later = await OpenAsync(alice, "/bound", Token(TimeSpan.FromMinutes(30)));
        await using var without = await OpenAsync(alice, "/account");
        _clock.Advance(TimeSpan.FromMinutes(4));
        host.Services.GetRequiredService<OpenRequests>().Count.ShouldBe(3);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await Eventually.IsClosedAsync(ending);
        (await _trail.NextAsync("request.aborted:token-expired")).Identity.ShouldBe("alice");
        await FinishesAsync(later, without);
        host.Connections.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_stream_ends_when_its_token_is_denied()
    {
        await using var host = await StartAsync();
        var alice = host.Client(_callers.Pki.Alice, HttpVersion.Version20);
        await using var ending = await OpenAsync(alice, "/bound", Token(TimeSpan.FromMinutes(5), "leaked"));
        await using var other = await OpenAsync(alice, "/bound", Token(TimeSpan.FromMinutes(5), "fine"));
        host.Services.GetRequiredService<ITokenDenyList>().Deny(TokenForge.Issuer, "leaked", _clock.GetUtcNow().AddMinutes(5));
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.IsClosedAsync(ending);
        await _trail.NextAsync("request.aborted:token-denied");
        await FinishesAsync(other);
    }

    [Fact]
    public async Task A_stream_ends_when_its_session_is_signed_out_and_who_signs_out_hears_so()
    {
        await using var host = await StartAsync();
        var alice = host.Client(_callers.Pki.Alice, HttpVersion.Version20);
        string cookie = await SignInAsync(alice);
        string other = await SignInAsync(alice);
        await using var ending = await OpenAsync(alice, "/account", cookie: cookie);
        await using var kept = await OpenAsync(alice, "/account", cookie: other);
        await using var without = await OpenAsync(alice, "/account");
        (await GateHost.SayAsync(alice, HttpMethod.Post, "/out", cookie, _own)).ShouldBe("out");
        await Eventually.IsClosedAsync(ending);
        await _trail.NextAsync("request.aborted:session-ended");
        await FinishesAsync(kept, without);
    }

    [Fact]
    public async Task Who_ends_all_its_sessions_hears_so_and_every_stream_of_them_ends()
    {
        await using var host = await StartAsync();
        var alice = host.Client(_callers.Pki.Alice, HttpVersion.Version20);
        string cookie = await SignInAsync(alice);
        await using var one = await OpenAsync(alice, "/account", cookie: cookie);
        await using var two = await OpenAsync(alice, "/account", cookie: await SignInAsync(alice));
        (await GateHost.SayAsync(alice, HttpMethod.Post, "/out/all", cookie, _own)).ShouldBe("2");
        await Eventually.IsClosedAsync(one);
        await Eventually.IsClosedAsync(two);
    }

    [Fact]
    public async Task A_stream_ends_with_its_session_and_when_another_node_ended_it()
    {
        await using var host = await StartAsync(options => options.Sessions.AbsoluteTimeout = TimeSpan.FromMinutes(20));
        var alice = host.Client(_callers.Pki.Alice, HttpVersion.Version20);
        string cookie = await SignInAsync(alice);
        await using var ending = await OpenAsync(alice, "/account", cookie: cookie);
        string elsewhere = await SignInAsync(alice);
        await using var gone = await OpenAsync(alice, "/account", cookie: elsewhere);
        await host.Services.GetRequiredService<IBoundSessionStore>()
            .RemoveAsync(SessionCookie.Key(elsewhere.Split('=', 2)[1]).ShouldNotBeNull(), TestContext.Current.CancellationToken);
        _clock.Advance(OpenRequests.SessionInterval + TimeSpan.FromSeconds(1));
        await Eventually.IsClosedAsync(gone);
        await _trail.NextAsync("request.aborted:session-ended");
        _clock.Advance(TimeSpan.FromMinutes(20));
        await Eventually.IsClosedAsync(ending);
        await _trail.NextAsync("request.aborted:session-expired");
    }

    [Fact]
    public async Task A_stream_ends_when_the_account_no_longer_meets_the_policy_of_its_route()
    {
        await using var host = await StartAsync();
        var alice = host.Client(_callers.Pki.Alice, HttpVersion.Version20);
        await using var role = await OpenAsync(alice, "/admin");
        await using var claim = await OpenAsync(alice, "/claims");
        await using var reader = await OpenAsync(alice, "/reader");
        await using var account = await OpenAsync(alice, "/account");
        Publish(["reader", "admin", "more"], version: 2);
        Publish(["reader"], version: 3);
        await Eventually.IsClosedAsync(role);
        await Eventually.IsClosedAsync(claim);
        (await _trail.NextAsync("request.aborted:policy")).Route.ShouldNotBeNull().ShouldStartWith("GET /");
        await FinishesAsync(reader, account);
        _trail.Reasons.Count(static reason => reason.StartsWith("request.aborted", StringComparison.Ordinal)).ShouldBe(2);
        host.Connections.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_stream_ends_when_the_account_loses_the_scope_of_its_token()
    {
        await using var host = await StartAsync();
        var alice = host.Client(_callers.Pki.Alice, HttpVersion.Version20);
        await using var ending = await OpenAsync(alice, "/bound", Token(TimeSpan.FromMinutes(5)));
        await using var account = await OpenAsync(alice, "/account", Token(TimeSpan.FromMinutes(5)));
        Publish(["reader"], version: 2, scopes: ["write"]);
        await Eventually.IsClosedAsync(ending);
        await _trail.NextAsync("request.aborted:policy");
        await FinishesAsync(account);
    }

    [Fact]
    public async Task A_stream_of_a_session_ends_when_the_account_changes_as_no_further_request_of_the_session_is_taken()
    {
        await using var host = await StartAsync();
        var alice = host.Client(_callers.Pki.Alice, HttpVersion.Version20);
        await using var ending = await OpenAsync(alice, "/account", cookie: await SignInAsync(alice));
        await using var without = await OpenAsync(alice, "/account");
        Publish(["reader", "admin", "more"], version: 2);
        _clock.Advance(TimeSpan.FromSeconds(6));
        await Eventually.IsClosedAsync(ending);
        await _trail.NextAsync("request.aborted:session-over");
        await FinishesAsync(without);
    }

    [Fact]
    public async Task A_web_socket_ends_when_its_role_is_gone()
    {
        await using var host = await StartAsync();
        using var socket = new ClientWebSocket();
        using var ceiling = new CancellationTokenSource(GuardedClient.Ceiling);
        await socket.ConnectAsync(new Uri($"wss://localhost:{host.Port}/socket"), host.Client(_callers.Pki.Alice), ceiling.Token);
        Publish(["reader"], version: 2);
        await Should.ThrowAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[16], ceiling.Token));
        await _trail.NextAsync("request.aborted:policy");
    }

    [Fact]
    public async Task A_policy_that_cannot_be_asked_ends_a_stream_only_when_that_lasts()
    {
        await using var host = await StartAsync();
        var alice = host.Client(_callers.Pki.Alice, HttpVersion.Version20);
        await using var passing = await OpenAsync(alice, "/own");
        _switch.Breaks = true;
        Publish(["reader", "admin"], version: 2);
        await Eventually.IsTrueAsync(() => _switch.Asked > 1);
        _clock.Advance(TimeSpan.FromSeconds(5));
        host.Services.GetRequiredService<OpenRequests>().Count.ShouldBe(1);
        _switch.Breaks = false;
        int asked = _switch.Asked;
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.IsTrueAsync(() => _switch.Asked > asked);
        _clock.Advance(TimeSpan.FromSeconds(60));
        _switch.Breaks = true;
        Publish(["reader", "admin"], version: 3);
        await Eventually.IsTrueAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return host.Services.GetRequiredService<OpenRequests>().Count == 0;
        });
        await Eventually.IsClosedAsync(passing);
        await _trail.NextAsync("request.aborted:undecided");
    }

    [Fact]
    public async Task A_session_that_cannot_be_looked_up_ends_a_stream_only_when_that_lasts()
    {
        await using var host = await StartAsync();
        var alice = host.Client(_callers.Pki.Alice, HttpVersion.Version20);
        await using var ending = await OpenAsync(alice, "/account", cookie: await SignInAsync(alice));
        await using var without = await OpenAsync(alice, "/account");
        var requests = host.Services.GetRequiredService<OpenRequests>();
        _switch.Breaks = true;
        int asked = _switch.Asked;
        _clock.Advance(OpenRequests.SessionInterval);
        await Eventually.IsTrueAsync(() => _switch.Asked > asked);
        requests.Count.ShouldBe(2);
        await Eventually.IsTrueAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return requests.Count == 1;
        });
        await Eventually.IsClosedAsync(ending);
        await _trail.NextAsync("request.aborted:undecided");
        await FinishesAsync(without);
    }

    [Fact]
    public async Task The_stream_of_a_forwarded_certificate_that_goes_to_another_account_ends_and_the_proxys_others_go_on()
    {
        await using var host = await StartAsync(options => options.Forwarding.TrustProxy(CertificateThumbprint.Of(_callers.Pki.Bob.Forged.Leaf.Span)));
        var gateway = host.Client(_callers.Pki.Bob, HttpVersion.Version20);
        await using var ending = await OpenAsync(gateway, "/account", forwarded: ClientCertHeader.Encode(_callers.Pki.Alice.Forged.Leaf.Span));
        await using var kept = await OpenAsync(gateway, "/account", forwarded: ClientCertHeader.Encode(_callers.Pki.Root.Forged.Leaf.Span));
        Publish(["reader"], version: 2, name: "mallory");
        await Eventually.IsClosedAsync(ending);
        await _trail.NextAsync("request.aborted:identity-lost");
        await FinishesAsync(kept);
    }

    [Fact]
    public async Task What_is_over_is_forgotten_and_a_stale_view_of_accounts_ends_nothing()
    {
        await using var host = await StartAsync();
        var requests = host.Services.GetRequiredService<OpenRequests>();
        var alice = host.Client(_callers.Pki.Alice, HttpVersion.Version20);
        (await alice.GetStringAsync("/now", TestContext.Current.CancellationToken)).ShouldBe("alice");
        await Eventually.IsTrueAsync(() => requests.Count == 0);
        await using var kept = await OpenAsync(alice, "/admin");
        _directory.IsStale = true;
        Publish(["reader"], version: 2);
        _clock.Advance(TimeSpan.FromSeconds(3));
        requests.Count.ShouldBe(1);
        _directory.IsStale = false;
        Publish(["reader", "admin"], version: 3);
        await FinishesAsync(kept);
    }

    private void Publish(string[] roles, long version = 1, string[]? scopes = null, string name = "alice") => _directory.Publish(
        ListedIdentities.Identity("root", CertificateThumbprint.Of(_callers.Pki.Root.Forged.Leaf.Span)),
        ListedIdentities.Identity(name, CertificateThumbprint.Of(_callers.Pki.Alice.Forged.Leaf.Span)) with
        {
            Roles = [.. roles],
            Scopes = [.. scopes ?? ["read", "write"]],
            Version = version,
        });

    private string Token(TimeSpan life, string id = "t-1") => _forge.Sign(
        TokenForge.Header(), TokenForge.Claims(_callers.Alice, _clock.GetUtcNow(), ("exp", _clock.GetUtcNow().Add(life).ToUnixTimeSeconds()), ("jti", id)));

    private static async Task<string> SignInAsync(HttpClient client)
    {
        using HttpResponseMessage answer = await GateHost.SendAsync(client, HttpMethod.Post, "/in", null, _own);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return GateHost.Cookies(answer);
    }

    private static async Task<Stream> OpenAsync(HttpClient client, string path, string? token = null, string? cookie = null, string? forwarded = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        }

        if (forwarded is not null)
        {
            request.Headers.TryAddWithoutValidation(ClientCertHeader.Name, forwarded);
        }

        if (cookie is not null)
        {
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
        }

        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
    }

    private async Task FinishesAsync(params Stream[] streams)
    {
        _switch.Finish.TrySetResult();
        foreach (var stream in streams)
        {
            using var reader = new StreamReader(stream);
            (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldBe("finished");
        }
    }

    private Task<GuardedHost> StartAsync(Action<SallyportOptions>? configure = null) => GuardedHost.StartAsync(_callers.Pki, new GuardedPlan
    {
        Services = services =>
        {
            services.AddSingleton<TimeProvider>(_clock).AddSingleton<IIdentityDirectory>(_directory).AddSingleton<IAuditTrail>(_trail);
            services.AddSingleton<IAuthorizationHandler>(new OwnHandler(_switch));
            services.AddSingleton<IBoundSessionStore>(new SwitchedSessions(new MemorySessionStore(_clock), _switch));
        },
        Options = options =>
        {
            options.Tokens.AddIssuer(TokenForge.Issuer, issuer =>
            {
                issuer.Audiences.Add(TokenForge.Audience);
                issuer.KeyFile = _keys;
            });
            configure?.Invoke(options);
        },
        App = app =>
        {
            app.UseWebSockets();
            app.MapGet("/now", static (HttpContext context) => context.User.Identity?.Name).RequireClientCertificate();
            app.MapGet("/account", StreamAsync).RequireClientCertificate();
            app.MapGet("/admin", StreamAsync).RequireClientCertificate("admin");
            app.MapGet("/reader", StreamAsync).RequireClientCertificate("reader");
            app.MapGet("/claims", StreamAsync).RequireClientCertificate().RequireAuthorization(static policy => policy.RequireRole("admin"));
            app.MapGet("/own", StreamAsync).RequireClientCertificate().RequireAuthorization(static policy => policy.AddRequirements(new OwnRequirement()));
            app.MapGet("/bound", StreamAsync).RequireBoundToken("read");
            app.MapGet("/socket", async (HttpContext context) =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await socket.ReceiveAsync(new byte[16], context.RequestAborted);
            }).RequireClientCertificate("admin");
            app.MapPost("/in", static async (HttpContext context) => (await context.SignInSallyportAsync()).Identity).RequireClientCertificate();
            app.MapPost("/out", static async (HttpContext context) =>
            {
                await context.SignOutSallyportAsync();
                return "out";
            }).RequireClientCertificate();
            app.MapPost("/out/all", static async (HttpContext context, ISallyportSessions sessions) =>
                $"{await sessions.EndAllAsync("alice", context.RequestAborted)}").RequireClientCertificate();
        },
    });

    private async Task StreamAsync(HttpContext context)
    {
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await _switch.Finish.Task.WaitAsync(context.RequestAborted);
        await context.Response.WriteAsync("finished", context.RequestAborted);
    }
}
