using System;
using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Sallyport.AspNetCore.Tests.Sessions;
using Sallyport.AspNetCore.Tokens;

namespace Sallyport.AspNetCore.Tests.Tokens;

/// <summary>What the server makes of header lines and addresses before the gate sees them: raw requests over real TLS, keys from a file.</summary>
public sealed class TokensOnKestrelTests : IClassFixture<TokenRefusalTests.Shared>, IDisposable
{
    private readonly Callers _callers;
    private readonly TokenForge _forge = new();
    private readonly string _keys = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public TokensOnKestrelTests(TokenRefusalTests.Shared shared)
    {
        _callers = shared.Callers;
        File.WriteAllBytes(_keys, TokenForge.KeySet(_forge.PublicKey()));
    }

    [Fact]
    public async Task JWT_014_A_token_counts_once_in_the_header_and_nowhere_else()
    {
        await using GateHost host = await GateHost.StartAsync(
            _callers,
            app =>
            {
                Func<HttpContext, string> who = context => context.Features.Get<ITokenFeature>()?.Subject ?? "nobody";
                app.MapGet("/profile", who).WithMetadata(new TokenLab.Demand("read"));
                app.MapPost("/profile", who).WithMetadata(new TokenLab.Demand("read"));
            },
            options => options.Tokens.AddIssuer(TokenForge.Issuer, issuer =>
            {
                issuer.Audiences.Add(TokenForge.Audience);
                issuer.KeyFile = _keys;
            }));
        string token = _forge.Sign(TokenForge.Header(), TokenForge.Claims(_callers.Alice, TimeProvider.System.GetUtcNow()));
        string line = $"Authorization: Bearer {token}";
        (await AskAsync(host, "GET /profile", line)).ShouldContain("200 OK");
        (await AskAsync(host, "GET /profile", line.Replace("Authorization", "aUTHORIZATION", StringComparison.Ordinal))).ShouldContain("200 OK");

        string[][] refused =
        [
            [line, line], [line, "Authorization: Basic YTpi"], ["Authorization: Basic YTpi", line], [$"{line}, Bearer {token}"], [$"{line},"], [],
            [$"Cookie: access_token={token}"], [$"X-Authorization: Bearer {token}"], [$"Proxy-Authorization: Bearer {token}"], ["Authorization: "],
        ];
        foreach (string[] lines in refused)
        {
            (await AskAsync(host, "GET /profile", lines)).ShouldContain("401 Unauthorized", customMessage: string.Join('\n', lines));
        }

        (await AskAsync(host, $"GET /profile?access_token={token}")).ShouldContain("401 Unauthorized");
        string form = $"access_token={token}";
        (await AskAsync(host, "POST /profile", "Content-Type: application/x-www-form-urlencoded", $"Content-Length: {form.Length}", "", form)).ShouldContain("401 Unauthorized");
    }

    public void Dispose()
    {
        File.Delete(_keys);
        _forge.Dispose();
    }

    private async Task<string> AskAsync(GateHost host, string start, params string[] lines)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", host.Address.Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(socket.GetStream());
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(_callers.Pki.ServerCa.Authority.Certificate.Span));
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                CertificateChainPolicy = trust,
                ClientCertificateContext = SslStreamCertificateContext.Create(_callers.Pki.Alice.Certificate, null, offline: true),
            },
            TestContext.Current.CancellationToken);
        string head = string.Join("\r\n", [$"{start} HTTP/1.1", "Host: localhost", "Connection: close", .. lines]);
        string request = Array.IndexOf(lines, "") >= 0 ? head : head + "\r\n\r\n";
        await tls.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(tls, Encoding.Latin1);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
