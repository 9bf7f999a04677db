using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;

namespace Sallyport.Interop.Tests.Servers;

public sealed class ProtocolTests(LabServers servers)
{
    [Fact]
    public async Task Nginx_offers_HTTP_2() => await OffersHttp2((await servers.NginxOrSkipAsync()).Off);

    [Fact]
    public async Task Haproxy_offers_HTTP_2() => await OffersHttp2((await servers.HaproxyOrSkipAsync()).None);

    [Fact]
    public async Task Kestrel_offers_HTTP_2_with_options_per_name_too()
    {
        var kestrel = await servers.KestrelAsync();
        await OffersHttp2(kestrel.Off);
        await OffersHttp2(kestrel.SecretName, servers.Pki.Alice);
    }

    private async Task OffersHttp2(LabEndpoint endpoint, X509Certificate2? certificate = null)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(System.Net.IPAddress.Loopback, endpoint.Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = endpoint.Name,
                ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                    CustomTrustStore = { servers.Pki.ServerCa.Certificate },
                },
            },
            TestContext.Current.CancellationToken);
        tls.NegotiatedApplicationProtocol.ShouldBe(SslApplicationProtocol.Http2, endpoint.Site);
    }
}
