using System;
using System.Globalization;
using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;

namespace Sallyport.Interop.Tests.Servers;

/// <summary>What the platform's own client gets from a lab server: the control for what our engine will see.</summary>
internal sealed class PlainClient(X509Certificate2 serverCa)
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);

    public async Task<PlainAnswer> GetAsync(
        LabEndpoint endpoint,
        string path,
        X509Certificate2? certificate = null,
        string? host = null,
        SslProtocols protocols = SslProtocols.None,
        string? token = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(_limit);
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(System.Net.IPAddress.Loopback, endpoint.Port, limit.Token);
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.Add(serverCa);
        await using var tls = new SslStream(tcp.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = endpoint.Name,
                    ClientCertificateContext = certificate is null
                        ? null
                        : SslStreamCertificateContext.Create(certificate, null, offline: true),
                    CertificateChainPolicy = policy,
                    EnabledSslProtocols = protocols,
                    AllowTlsResume = false,
                },
                limit.Token);
            var request = $"GET {path} HTTP/1.1\r\nHost: {host ?? endpoint.Name}\r\n{(token is null ? "" : $"Authorization: Bearer {token}\r\n")}Connection: close\r\n\r\n";
            await tls.WriteAsync(Encoding.ASCII.GetBytes(request), limit.Token);
            using var reader = new StreamReader(tls, Encoding.Latin1);
            return PlainAnswer.Parse(await reader.ReadToEndAsync(limit.Token));
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return new PlainAnswer(0, e.Message);
        }
    }
}

/// <summary>A status and everything after it; status 0 when no HTTP answer came.</summary>
internal sealed record PlainAnswer(int Status, string Text)
{
    public static PlainAnswer Parse(string text) =>
        text.StartsWith("HTTP/1.", StringComparison.Ordinal)
            ? new(int.Parse(text.AsSpan(9, 3), CultureInfo.InvariantCulture), text)
            : new(0, text);
}
