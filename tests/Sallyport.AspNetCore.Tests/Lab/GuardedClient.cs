using System;
using System.Net.Http;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Lab;

/// <summary>Real clients of a guarded host: HttpClient, and SslStream for what HttpClient hides.</summary>
internal static class GuardedClient
{
    /// <summary>The ceiling of every wait in these tests; reaching it is a failure.</summary>
    public static readonly TimeSpan Ceiling = TimeSpan.FromSeconds(30);

    /// <summary>An HttpClient with connections of its own, that takes its certificate's chain along and verifies the server.</summary>
    public static HttpClient Over(LabPki pki, LabIdentity? identity, Uri url, Version version)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            SslOptions = Options(pki, identity),
        };
        return new HttpClient(handler)
        {
            BaseAddress = url,
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Ceiling,
        };
    }

    /// <summary>A handshake with this server name and certificate; the stream is ready for bytes when it returns.</summary>
    public static async Task<SslStream> ConnectAsync(
        int port, LabPki pki, LabIdentity? identity, string serverName = "localhost", Action<SslClientAuthenticationOptions>? change = null)
    {
        using var ceiling = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        ceiling.CancelAfter(Ceiling);
        var tcp = new System.Net.Sockets.TcpClient();
        await tcp.ConnectAsync(System.Net.IPAddress.Loopback, port, ceiling.Token);
        var stream = new SslStream(tcp.GetStream());
        try
        {
            var options = Options(pki, identity);
            options.TargetHost = serverName;
            change?.Invoke(options);
            await stream.AuthenticateAsClientAsync(options, ceiling.Token);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>What a client hands over in the handshake; without an identity, nothing.</summary>
    public static SslClientAuthenticationOptions Options(LabPki pki, LabIdentity? identity) => new()
    {
        ClientCertificateContext = identity is null ? null : SslStreamCertificateContext.Create(identity.Certificate, Chain(identity), offline: true),
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = Policy(pki),
        AllowTlsResume = false,
    };

    private static X509Certificate2Collection Chain(LabIdentity identity)
    {
        X509Certificate2Collection chain = [];
        foreach (var der in identity.Forged.Chain)
        {
            chain.Add(X509CertificateLoader.LoadCertificate(der.Span));
        }

        return chain;
    }

    private static X509ChainPolicy Policy(LabPki pki)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.Add(pki.ServerCa.Certificate);
        return policy;
    }
}
