using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.AspNetCore.Outbound;

/// <summary>Makes every connection of a client: TLS 1.2 or 1.3, judged before a single octet of a request is written.</summary>
internal sealed class OutboundConnector(OutboundClient client, SallyportClientOptions options) : IDisposable
{
    private readonly ConcurrentDictionary<JudgedStream, byte> _live = new();

    /// <summary>How many connections are open.</summary>
    public int Live => _live.Count;

    /// <summary>Connects and shakes hands.</summary>
    /// <exception cref="AuthenticationException">The server must not be talked to; the message says why.</exception>
    /// <exception cref="HttpRequestException">The request is not for https.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (context.InitialRequestMessage.RequestUri is not { Scheme: "https", IdnHost: { } host })
        {
            throw new HttpRequestException("This client speaks https only.");
        }

        if (client.HasCertificate && client.Certificate is null)
        {
            throw new AuthenticationException("The client's own certificate could not be read.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return await SecureAsync(new NetworkStream(socket, ownsSocket: true), host, Protocols(context.InitialRequestMessage), cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Closes the connections whose server would be refused now; requests on them fail, and their retries are judged anew.</summary>
    public void CloseRefused()
    {
        foreach (JudgedStream stream in _live.Keys.Where(stream => client.Judge.WhyRefused(stream.Host, stream.Leaf, stream.Presented) is not null))
        {
            try
            {
                stream.Dispose();
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                // It is gone already, or in the middle of a write that fails; the others are closed all the same.
            }
        }
    }

    public void Dispose()
    {
        foreach (JudgedStream stream in _live.Keys)
        {
            stream.Dispose();
        }
    }

    private async Task<Stream> SecureAsync(NetworkStream network, string host, List<SslApplicationProtocol> protocols, CancellationToken cancellationToken)
    {
        var stream = new JudgedStream(network, host, left => _live.TryRemove(left, out _));
        try
        {
            await stream.AuthenticateAsClientAsync(Handshake(stream, protocols), cancellationToken);
            if (client.HasCertificate && !options.AllowServerThatAsksForNoCertificate && stream.LocalCertificate is null)
            {
                throw new AuthenticationException($"{host} never asked for the client's certificate: it is not the server that this client was made for.");
            }

            _live.TryAdd(stream, 0);

            // A change between the verdict and the entry was told to nobody.
            return client.Judge.WhyRefused(host, stream.Leaf, stream.Presented) is { } why ? throw Refused(host, why) : stream;
        }
        catch (AuthenticationException e) when (stream.Refusal is { } refusal)
        {
            await stream.DisposeAsync();
            throw Refused(host, refusal, e);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private SslClientAuthenticationOptions Handshake(JudgedStream stream, List<SslApplicationProtocol> protocols) => new()
    {
        TargetHost = stream.Host,
        ApplicationProtocols = protocols,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        EncryptionPolicy = EncryptionPolicy.RequireEncryption,
        AllowRenegotiation = false,

        // A resumed session shows no certificate again; every connection is judged on what it shows.
        AllowTlsResume = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = new X509ChainPolicy
        {
            // The platform's chain is built before we are asked: it must fetch nothing, and its opinion does not count.
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            DisableCertificateDownloads = true,
            RevocationMode = X509RevocationMode.NoCheck,
        },
        ClientCertificateContext = client.Certificate,
        RemoteCertificateValidationCallback = (_, certificate, chain, _) => Judge(stream, certificate, chain),
    };

    private bool Judge(JudgedStream stream, X509Certificate? certificate, X509Chain? chain)
    {
        if (certificate is null)
        {
            stream.Refusal = "the server showed no certificate";
            return false;
        }

        stream.Leaf = certificate.GetRawCertData();
        stream.Presented = [.. (chain?.ChainPolicy.ExtraStore ?? []).Select(static c => (ReadOnlyMemory<byte>)c.RawData)
            .Where(der => !der.Span.SequenceEqual(stream.Leaf))];
        stream.Refusal = client.Judge.WhyRefused(stream.Host, stream.Leaf, stream.Presented);
        return stream.Refusal is null;
    }

    private static AuthenticationException Refused(string host, string why, Exception? inner = null) => new($"{host} is refused: {why}", inner);

    private static List<SslApplicationProtocol> Protocols(HttpRequestMessage request) =>
        request.Version.Major >= 2 && request.VersionPolicy != HttpVersionPolicy.RequestVersionOrLower ? [SslApplicationProtocol.Http2]
            : request.Version.Major >= 2 || request.VersionPolicy == HttpVersionPolicy.RequestVersionOrHigher ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]
            : [SslApplicationProtocol.Http11];

    /// <summary>A TLS stream that knows what its server showed, and says when it ends.</summary>
    private sealed class JudgedStream(NetworkStream inner, string host, Action<JudgedStream> left) : SslStream(inner, leaveInnerStreamOpen: false)
    {
        public string Host { get; } = host;

        public byte[] Leaf { get; set; } = [];

        public ImmutableArray<ReadOnlyMemory<byte>> Presented { get; set; } = [];

        public string? Refusal { get; set; }

        public override ValueTask DisposeAsync()
        {
            left(this);
            return base.DisposeAsync();
        }

        protected override void Dispose(bool disposing)
        {
            left(this);
            base.Dispose(disposing);
        }
    }
}
