using System;
using System.IO;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Forwarding;
using Sallyport.AspNetCore.Lockout;
using Sallyport.AspNetCore.Sessions;
using Sallyport.AspNetCore.Trust;

namespace Sallyport.AspNetCore.Transport;

/// <summary>The first gate: TLS as it must be on every endpoint, and a certificate that verifies on every connection.</summary>
internal sealed class TransportGate(
    EndpointMarks marks,
    ServerCredentials credentials,
    HandshakeSlots slots,
    CertificateJudge judge,
    ConnectionRegistry registry,
    ConnectionWatch watch,
    ILockout lockout,
    TrustedProxies proxies,
    IOptions<SallyportOptions> options,
    TimeProvider time,
    GuardJournal journal)
{
    private readonly CipherSuitesPolicy? _suites = Suites();

    /// <summary>Puts an endpoint behind the gate; a second call does nothing.</summary>
    /// <exception cref="InvalidOperationException">The endpoint already speaks TLS by other means.</exception>
    public void Guard(ListenOptions listen)
    {
        if (!marks.TryClaim(listen))
        {
            return;
        }

        if (IsTls(listen))
        {
            throw new InvalidOperationException($"{listen} already has UseHttps: remove it, UseSallyport speaks TLS itself.");
        }

        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.Use(next =>
        {
            // Runs when the server builds the endpoint, after everybody has configured it and just before it is bound.
            if (listen.Protocols.HasFlag(HttpProtocols.Http3) || listen.Protocols == HttpProtocols.None)
            {
                throw new IOException($"{listen} asks for {listen.Protocols}: behind UseSallyport only HTTP/1.1 and HTTP/2 can be guarded.");
            }

            marks.Built();
            return connection => EnterAsync(connection, next);
        });
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = options.Value.Transport.HandshakeTimeout,
            OnConnection = AnswerAsync,
        });
        listen.Use(next =>
        {
            if (next.Target?.GetType().FullName?.Contains("HttpsConnectionMiddleware", StringComparison.Ordinal) == true)
            {
                throw new IOException($"{listen} has UseHttps beside UseSallyport: remove it, UseSallyport speaks TLS itself.");
            }

            return connection => PassAsync(connection, next);
        });
    }

    private static bool IsTls(ListenOptions listen) => listen.ToString()?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true;

    private static CipherSuitesPolicy? Suites() => OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()
        ? new CipherSuitesPolicy(
        [
            TlsCipherSuite.TLS_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        ])
        : null;

    private async Task EnterAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (!await MayGoOnAsync(connection))
        {
            return;
        }

        var handshake = new Handshake(connection, judge, registry, watch, time, journal);
        using var passage = new Passage(handshake);
        connection.Features.Set(passage);
        try
        {
            await next(connection);
        }
        finally
        {
            handshake.Closed(passage.IsDone);
            if (!passage.IsDone)
            {
                lockout.HandshakeFailed(connection.RemoteEndPoint);
            }
        }
    }

    /// <summary>Lets an address that has failed too often wait; false when it has gone meanwhile.</summary>
    private async Task<bool> MayGoOnAsync(ConnectionContext connection)
    {
        try
        {
            await lockout.WaitAsync(connection.RemoteEndPoint, connection.ConnectionClosed);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task PassAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var passage = Of(connection);
        passage.Done();
        if (connection.Features.Get<IGuardedConnectionFeature>() is not { } guarded)
        {
            // The handshake cannot end well without a verdict; if it ever does, nobody is let in.
            connection.Abort(new ConnectionAbortedException("No verdict on this connection."));
            return;
        }

        var certificate = guarded.Connection.Certificate;
        lockout.HandshakePassed(connection.RemoteEndPoint, certificate);
        if (!proxies.Trusts(certificate))
        {
            // For every request at once; a proxy's are bound to what it forwards, one by one.
            connection.Features.Set<ITlsTokenBindingFeature>(new CertificateTokenBinding(certificate.Thumbprint));
        }

        await next(connection);
    }

    /// <summary>The hello has come: from here on it is work, and work has its limits.</summary>
    private async ValueTask<SslServerAuthenticationOptions> AnswerAsync(TlsHandshakeCallbackContext context)
    {
        var passage = Of(context.Connection);
        var remote = context.Connection.RemoteEndPoint;
        if (!passage.Hold(await slots.EnterAsync(remote, lockout.IsExempt(remote), context.CancellationToken)))
        {
            passage.Handshake.Crowded();
            throw new AuthenticationException("Too many handshakes at a time.");
        }

        return Answer(context, passage.Handshake);
    }

    private SslServerAuthenticationOptions Answer(TlsHandshakeCallbackContext context, Handshake handshake)
    {
        handshake.ServerName = context.ClientHelloInfo.ServerName is { Length: > 0 } name ? name : null;
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = credentials.Current,
            ClientCertificateRequired = true,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CipherSuitesPolicy = _suites,
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
            AllowTlsResume = false,
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            },
            RemoteCertificateValidationCallback = handshake.Validate,
        };
    }

    private static Passage Of(ConnectionContext connection) =>
        connection.Features.Get<Passage>() ?? throw new InvalidOperationException("The connection did not come through the gate.");

    /// <summary>What the three steps of one connection share.</summary>
    private sealed class Passage(Handshake handshake) : IDisposable
    {
        private IDisposable? _slot;

        public Handshake Handshake { get; } = handshake;

        public bool IsDone { get; private set; }

        public void Done()
        {
            IsDone = true;
            _slot?.Dispose();
            Handshake.Done();
        }

        /// <summary>Keeps the slot of this handshake; false when there is none.</summary>
        public bool Hold(IDisposable? slot)
        {
            _slot = slot;
            return slot is not null;
        }

        public void Dispose() => _slot?.Dispose();
    }
}
