using System.Collections.Generic;
using System.Net.Http;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Tests.Sessions;
using Sallyport.AspNetCore.Tokens;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;

namespace Sallyport.AspNetCore.Tests.Tokens;

/// <summary>Tokens of a real issuer that binds them to certificates (npm oidc-provider), with its keys found through its metadata.</summary>
public sealed class OidcProviderTests : IClassFixture<TokenRefusalTests.Shared>
{
    private readonly Callers _callers;

    public OidcProviderTests(TokenRefusalTests.Shared shared) => _callers = shared.Callers;

    [Fact]
    public async Task A_real_issuers_token_is_taken_with_its_certificate_and_refused_with_another()
    {
        if (NodeModules.WhyMissing(OidcProviderServer.Module) is { } missing)
        {
            Assert.Skip(missing);
        }

        var clients = new Dictionary<string, string> { ["alice"] = "a", ["bob"] = "b" };
        await using OidcProviderServer issuer = await OidcProviderServer.StartAsync(_callers.Pki.Material, clients, TestContext.Current.CancellationToken);
        await using GateHost host = await GateHost.StartAsync(
            _callers,
            app => app.MapGet("/profile", (HttpContext context) => context.Features.Get<ITokenFeature>()?.ClientId ?? "nobody").WithMetadata(new TokenLab.Demand("read")),
            options => options.Tokens.AddIssuer($"https://localhost:{issuer.Endpoint.Port}", rules => rules.Audiences.Add("https://api.orders.test")),
            services => services.AddHttpClient(SallyportDefaults.TokenHttpClient).ConfigurePrimaryHttpMessageHandler(() => Handler(null)));

        string aliceToken = await TokenAsync(issuer, _callers.Pki.Alice, "alice");
        string bobToken = await TokenAsync(issuer, _callers.Pki.Bob, "bob");
        using HttpClient alice = host.Client(_callers.Pki.Alice);
        using HttpClient bob = host.Client(_callers.Pki.Bob);
        (await ProfileAsync(alice, aliceToken)).ShouldBe("alice", issuer.Output);
        (await ProfileAsync(alice, aliceToken)).ShouldBe("alice"); // by what is remembered
        (await ProfileAsync(bob, bobToken)).ShouldBe("bob");
        (await ProfileAsync(bob, aliceToken)).ShouldBe("401");
        host.Audit.LastReason.ShouldBe("token.refused:bound-to-another");
        (await ProfileAsync(alice, bobToken)).ShouldBe("401");
        (await ProfileAsync(alice, null)).ShouldBe("401");
        (await ProfileAsync(alice, aliceToken[..^8] + "AAAAAAAA")).ShouldBe("401");
    }

    [Fact]
    public async Task BIND_010_A_real_issuer_gives_nobody_the_token_of_another_client()
    {
        if (NodeModules.WhyMissing(OidcProviderServer.Module) is { } missing)
        {
            Assert.Skip(missing);
        }

        var clients = new Dictionary<string, string> { ["alice"] = "a", ["bob"] = "b" };
        await using OidcProviderServer issuer = await OidcProviderServer.StartAsync(_callers.Pki.Material, clients, TestContext.Current.CancellationToken);
        (await AskAsync(issuer, _callers.Pki.Bob, "alice")).ShouldNotContain("access_token");
        (await AskAsync(issuer, _callers.Pki.Alice, "alice")).ShouldContain("access_token");
    }

    private static Task<string> ProfileAsync(HttpClient client, string? token) =>
        GateHost.SayAsync(client, HttpMethod.Get, "/profile", null, token is null ? [] : [("Authorization", "Bearer " + token)]);

    private async Task<string> TokenAsync(OidcProviderServer issuer, LabIdentity identity, string client)
    {
        using JsonDocument answer = JsonDocument.Parse(await AskAsync(issuer, identity, client));
        return answer.RootElement.GetProperty("access_token").GetString().ShouldNotBeNull();
    }

    private async Task<string> AskAsync(OidcProviderServer issuer, LabIdentity identity, string client)
    {
        using var http = new HttpClient(Handler(identity));
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = client, ["scope"] = "read" });
        using HttpResponseMessage answer = await http.PostAsync($"https://localhost:{issuer.Endpoint.Port}/token", form, TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private SocketsHttpHandler Handler(LabIdentity? identity)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(_callers.Pki.ServerCa.Authority.Certificate.Span));
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = trust,
                ClientCertificateContext = identity is null ? null : SslStreamCertificateContext.Create(identity.Certificate, null, offline: true),
            },
        };
    }
}
