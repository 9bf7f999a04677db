using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Transport;

/// <summary>What the server shows in a handshake: its certificate, made ready once, and the names of the authorities that clients may come from.</summary>
/// <remarks>Handshakes read one reference. The chain is put together from what the files hold: nothing is fetched, for no connection and not at start.</remarks>
internal sealed partial class ServerCredentials(
    IOptions<SallyportOptions> options, IHostEnvironment environment, TrustHolder trust, TimeProvider time, ILogger<ServerCredentials> logger)
{
    private const int MaxFileBytes = 1024 * 1024;

    private readonly Lock _gate = new();
    private ServerIdentity? _identity;
    private ImmutableArray<TrustAnchor> _anchors;
    private byte[] _seen = [];
    private byte[] _pending = [];
    private string? _complaint;
    private SslStreamCertificateContext? _current;

    /// <summary>What counts now.</summary>
    /// <exception cref="InvalidOperationException">Nothing was loaded yet: no handshake can succeed.</exception>
    public SslStreamCertificateContext Current =>
        Volatile.Read(ref _current) ?? throw new InvalidOperationException("The server's certificate is not loaded.");

    /// <summary>Loads for the first time; a second call does nothing.</summary>
    /// <exception cref="InvalidOperationException">There is no usable certificate; the message says why.</exception>
    public void Load()
    {
        lock (_gate)
        {
            if (_current is not null)
            {
                return;
            }

            try
            {
                if (options.Value.Transport is { ServerCertificate: { } certificate } transport)
                {
                    _identity = certificate.HasPrivateKey
                        ? new ServerIdentity(certificate, transport.ServerIntermediates)
                        : throw new CryptographicException("The server's certificate came without its key.");
                }
                else
                {
                    (_identity, _seen) = Read();
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
            {
                throw new InvalidOperationException($"Sallyport has no server certificate: {e.Message} (Transport.CertificateFile, KeyFile)", e);
            }

            if (!IsCurrent(_identity))
            {
                LogOutOfDate(_identity.Thumbprint);
            }

            Publish(_identity);
        }
    }

    /// <summary>Looks at the files and at the trust state again, and puts what changed in place. Never on a handshake's thread.</summary>
    public void Refresh()
    {
        lock (_gate)
        {
            if (_identity is null)
            {
                return;
            }

            var isChanged = TryReadAgain(_identity);
            if (isChanged || (trust.Current is { } state && state.Verifier.Anchors != _anchors))
            {
                Publish(_identity);
            }
        }
    }

    private bool TryReadAgain(ServerIdentity last)
    {
        if (options.Value.Transport.ServerCertificate is not null)
        {
            return false;
        }

        try
        {
            var (identity, seen) = Read(_seen);
            if (identity is null)
            {
                _complaint = null;
                _pending = [];
                return false;
            }

            // Two equal looks: a chain cut between two certificates reads as well as the whole.
            if (!seen.AsSpan().SequenceEqual(_pending))
            {
                _pending = seen;
                return false;
            }

            if (!IsCurrent(identity) && IsCurrent(last))
            {
                throw new CryptographicException("The new certificate is not within its dates.");
            }

            _seen = seen;
            _identity = identity;
            _complaint = null;
            LogReplaced(identity.Thumbprint);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            if (e.Message != _complaint)
            {
                // Once, not at every look.
                _complaint = e.Message;
                LogKept(last.Thumbprint, e.Message);
            }

            return false;
        }
    }

    private (ServerIdentity Identity, byte[] Seen) Read()
    {
        var (identity, seen) = Read([]);
        return (identity ?? throw new CryptographicException("The file is empty."), seen);
    }

    /// <summary>Reads the files; no identity when they are those of <paramref name="last"/>.</summary>
    private (ServerIdentity? Identity, byte[] Seen) Read(byte[] last)
    {
        var transport = options.Value.Transport;
        var certificate = Octets(transport.CertificateFile ?? throw new ArgumentException("Transport.CertificateFile is not set."));
        var key = transport.KeyFile is { } file ? Octets(file) : [];
        try
        {
            byte[] seen = [.. SHA256.HashData(certificate), .. SHA256.HashData(key)];
            return seen.AsSpan().SequenceEqual(last) ? (null, seen) : (ServerIdentityReader.Read(certificate, key, transport.Password), seen);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private byte[] Octets(string path)
    {
        using var file = File.OpenRead(Path.Combine(environment.ContentRootPath, path));
        if (file.Length > MaxFileBytes)
        {
            throw new IOException($"The file has more than {MaxFileBytes} octets.");
        }

        var octets = new byte[file.Length];
        file.ReadExactly(octets);
        return octets;
    }

    private bool IsCurrent(ServerIdentity identity)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return now >= identity.Certificate.NotBefore.ToUniversalTime() && now <= identity.Certificate.NotAfter.ToUniversalTime();
    }

    private void Publish(ServerIdentity identity)
    {
        _anchors = trust.Current?.Verifier.Anchors ?? [];
        var names = _anchors.IsEmpty
            ? null
            : SslCertificateTrust.CreateForX509Collection(
                [.. _anchors.Select(static anchor => X509CertificateLoader.LoadCertificate(anchor.Certificate.Der.Span))], sendTrustInHandshake: true);
        Volatile.Write(ref _current, SslStreamCertificateContext.Create(identity.Certificate, identity.Intermediates, offline: true, names));
    }

    [LoggerMessage(EventId = 2301, Level = LogLevel.Information, Message = "The server's certificate is now {Thumbprint}; open connections keep theirs.")]
    private partial void LogReplaced(CertificateThumbprint thumbprint);

    [LoggerMessage(EventId = 2302, Level = LogLevel.Warning, Message = "The server's certificate stays {Thumbprint}: the new files cannot be used. {Why}")]
    private partial void LogKept(CertificateThumbprint thumbprint, string why);

    [LoggerMessage(EventId = 2303, Level = LogLevel.Warning, Message = "The server's certificate {Thumbprint} is not within its dates; clients that look will refuse it.")]
    private partial void LogOutOfDate(CertificateThumbprint thumbprint);
}
