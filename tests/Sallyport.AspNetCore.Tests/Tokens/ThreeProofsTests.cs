using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Sessions;
using Sallyport.AspNetCore.Tests.Lab;
using Sallyport.AspNetCore.Tests.Sessions;
using Sallyport.Certificates;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Tokens;

/// <summary>Certificate, token and session decided together, through the guard's whole pipeline.</summary>
public sealed class ThreeProofsTests : IClassFixture<TokenRefusalTests.Shared>, IDisposable
{
    private static readonly (string, string) _own = ("Sec-Fetch-Site", "same-origin");
    private readonly Callers _callers;
    private readonly TokenForge _forge = new();
    private readonly RecordingAudit _audit = new();
    private readonly string _keys = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public ThreeProofsTests(TokenRefusalTests.Shared shared)
    {
        _callers = shared.Callers;
        File.WriteAllBytes(_keys, TokenForge.KeySet(_forge.PublicKey()));
    }

    [Fact]
    public async Task A_route_that_asks_for_certificate_and_token_takes_them_only_together()
    {
        await using GuardedHost host = await StartAsync();
        HttpClient alice = host.Client(_callers.Pki.Alice);
        HttpClient bob = host.Client(_callers.Pki.Bob);
        string token = Token();
        (await ProfileAsync(alice, token)).ShouldBe("alice read", string.Join('\n', _audit.Events.Select(e => e.Reason)));
        (await ProfileAsync(alice, token)).ShouldBe("alice read");
        (await ProfileAsync(alice, null)).ShouldBe("401 Bearer");
        (await ProfileAsync(bob, token)).ShouldBe("401 Bearer error=\"invalid_token\"");
        (await ProfileAsync(alice, Token("write"))).ShouldBe("403 Bearer error=\"insufficient_scope\", scope=\"read\"");
        (await ProfileAsync(alice, Token("admin read"))).ShouldBe("alice read");
        (await ProfileAsync(alice, token[..^8] + "AAAAAAAA")).ShouldBe("401 Bearer error=\"invalid_token\"");
    }

    [Fact]
    public async Task BIND_005_Whoever_has_no_account_hears_nothing_of_tokens()
    {
        await using GuardedHost host = await StartAsync();
        HttpClient nobody = host.Client(_callers.Pki.Unmapped);
        string[] answers = [await ProfileAsync(nobody, null), await ProfileAsync(nobody, Token()), await ProfileAsync(nobody, "garbage")];
        answers.Distinct().ShouldHaveSingleItem().ShouldNotContain("Bearer");
        answers[0].ShouldStartWith("40");
    }

    [Fact]
    public async Task A_session_is_seen_by_the_endpoint_and_ends_when_the_account_changes()
    {
        var store = new InMemoryIdentityStore();
        await using GuardedHost host = await StartAsync(store);
        HttpClient alice = host.Client(_callers.Pki.Alice);
        using HttpResponseMessage signedIn = await GateHost.SendAsync(alice, HttpMethod.Post, "/in", null, _own);
        string cookie = GateHost.Cookies(signedIn);
        (await GateHost.SayAsync(alice, HttpMethod.Get, "/who", cookie)).ShouldBe("alice 2");
        HttpClient bob = host.Client(_callers.Pki.Bob);
        (await GateHost.SayAsync(bob, HttpMethod.Get, "/who", cookie)).ShouldBe("bob ");
        (await GateHost.SayAsync(alice, HttpMethod.Post, "/in", cookie, ("Sec-Fetch-Site", "cross-site"))).ShouldBe("403");
        (await GateHost.SayAsync(alice, HttpMethod.Post, "/in", cookie)).ShouldBe("403");

        long before = host.Services.GetRequiredService<IIdentityDirectory>().Epoch;
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Services.GetRequiredService<IIdentityDirectory>().Subscribe(epoch =>
        {
            if (epoch > before)
            {
                heard.TrySetResult();
            }
        });
        store.Replace(Identity(_callers.Pki.Alice) with { Roles = ["changed"] });
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        HttpClient again = host.Client(_callers.Pki.Alice);
        (await GateHost.SayAsync(again, HttpMethod.Get, "/who", cookie)).ShouldBe("alice ");
        (await ProfileAsync(again, Token())).ShouldBe("alice read");
    }

    public void Dispose()
    {
        File.Delete(_keys);
        _forge.Dispose();
    }

    private static CertificateIdentity Identity(LabIdentity of) => new()
    {
        Name = of.Name,
        Scopes = ["read", "write"],
        Matches = [new CertificateMatch.Sha256(CertificateThumbprint.Of(of.Forged.Leaf.Span))],
    };

    private static async Task<string> ProfileAsync(HttpClient client, string? token)
    {
        using HttpResponseMessage answer = await GateHost.SendAsync(client, HttpMethod.Get, "/profile", null, token is null ? [] : [("Authorization", "Bearer " + token)]);
        return answer.IsSuccessStatusCode
            ? await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
            : $"{(int)answer.StatusCode} {answer.Headers.WwwAuthenticate}";
    }

    private string Token(string scope = "read") =>
        _forge.Sign(TokenForge.Header(), TokenForge.Claims(_callers.Alice, TimeProvider.System.GetUtcNow(), ("scope", scope)));

    private async Task<GuardedHost> StartAsync(InMemoryIdentityStore? store = null)
    {
        store ??= new InMemoryIdentityStore();
        store.Add(Identity(_callers.Pki.Alice));
        store.Add(Identity(_callers.Pki.Bob));
        return await GuardedHost.StartAsync(_callers.Pki, new GuardedPlan
        {
            Services = services => services.AddSingleton<IAuditTrail>(_audit).AddSallyportIdentityStore(store),
            Options = options => options.Tokens.AddIssuer(TokenForge.Issuer, issuer =>
            {
                issuer.Audiences.Add(TokenForge.Audience);
                issuer.KeyFile = _keys;
            }),
            App = app =>
            {
                app.MapGet("/profile", (HttpContext context) => $"{context.User.Identity?.Name} {string.Join(',', context.User.FindAll("scope").Select(claim => claim.Value))}")
                    .RequireBoundToken("read");
                app.MapPost("/in", async (HttpContext context) => (await context.SignInSallyportAsync(new SessionClaim("level", "2"))).Identity).RequireClientCertificate();
                app.MapGet("/who", (HttpContext context) => $"{context.User.Identity?.Name} {context.User.FindFirst("level")?.Value}").RequireClientCertificate();
            },
        });
    }
}
