using System;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Forge;

namespace OrdersApi.App;

/// <summary>What a handshake must show: the strictest that plain Kestrel offers, minus the weaknesses that are on.</summary>
internal sealed class TransportGate : IDisposable
{
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    private readonly FrozenSet<Weakness> _weak;
    private readonly TimeProvider _time;
    private readonly X509Certificate2 _server;
    private readonly SslStreamCertificateContext _serverChain;
    private readonly X509Certificate2 _clientCa;
    private readonly X509Certificate2 _staffCa;
    private readonly ConcurrentDictionary<string, bool> _revoked = new(StringComparer.Ordinal);
    private readonly ImmutableArray<(string Issuer, RevokedSerials List)> _lists;

    public TransportGate(OrdersPki pki, FrozenSet<Weakness> weak, TimeProvider time)
    {
        _weak = weak;
        _time = time;
        _server = Load(pki.Server);
        _serverChain = SslStreamCertificateContext.Create(_server, null, offline: true);
        _clientCa = X509CertificateLoader.LoadCertificate(pki.ClientCa.Certificate.Span);
        _staffCa = X509CertificateLoader.LoadCertificate(pki.StaffCa.Certificate.Span);
        _lists = [.. new[] { _clientCa, _staffCa }.Zip(pki.RevocationLists, (issuer, list) => (issuer.Subject, RevokedSerials.Read(list, issuer)))];
    }

    private bool CertificateIsOptional => _weak.Contains(Weakness.RouteGap) || _weak.Contains(Weakness.EveryoneServed)
        || _weak.Contains(Weakness.CertificateOptional) || _weak.Contains(Weakness.HeaderIdentity) || _weak.Contains(Weakness.HeaderCertificate);

    /// <summary>The options of one handshake, by the name that the client asked for. An unknown name is treated as the main one.</summary>
    public SslServerAuthenticationOptions Options(string serverName)
    {
        var anchor = string.Equals(serverName, OrdersApp.StaffHost, StringComparison.OrdinalIgnoreCase) ? _staffCa : _clientCa;
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = _serverChain,
            ClientCertificateRequired = true,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
            CipherSuitesPolicy = Suites(),
            AllowRenegotiation = false,
            AllowTlsResume = _weak.Contains(Weakness.TrustedConnection),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = Policy(anchor),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Admits(certificate as X509Certificate2, chain, errors),
        };
    }

    /// <summary>Asked again for every request on the connection: dates pass and lists change while it is open.</summary>
    public bool StillAdmits(X509Certificate2 certificate)
    {
        var now = _time.GetUtcNow();
        return now >= Utc(certificate.NotBefore) && now <= Utc(certificate.NotAfter)
            && IsListedNowhere(certificate) && (_weak.Contains(Weakness.LateRevocation) || !_revoked.ContainsKey(Key(certificate.RawDataMemory.Span)));
    }

    /// <summary>Revokes a certificate while the API runs, or takes that back.</summary>
    public void Revoke(ReadOnlySpan<byte> certificate, bool revoked)
    {
        if (revoked)
        {
            _revoked[Key(certificate)] = true;
        }
        else
        {
            _revoked.TryRemove(Key(certificate), out _);
        }
    }

    /// <summary>Judges a certificate that the handshake let pass unseen, which only a weakness does.</summary>
    public bool AdmitsLate(X509Certificate2 certificate)
    {
        using var chain = new X509Chain { ChainPolicy = Policy(_clientCa) };
        var errors = chain.Build(certificate) ? SslPolicyErrors.None : SslPolicyErrors.RemoteCertificateChainErrors;
        return _weak.Contains(Weakness.AnyCertificate) || IsGood(certificate, chain, errors);
    }

    public void Dispose()
    {
        _server.Dispose();
        _clientCa.Dispose();
        _staffCa.Dispose();
    }

    private static X509Certificate2 Load(ForgedIdentity identity) =>
        X509CertificateLoader.LoadPkcs12(identity.ExportPkcs12(""), "", X509KeyStorageFlags.Exportable);

    private static DateTimeOffset Utc(DateTime local) => new(local.ToUniversalTime(), TimeSpan.Zero);

    private static bool IsForClients(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .Any(usage => usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == ClientAuth));

    private bool Admits(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return CertificateIsOptional;
        }

        if (_weak.Contains(Weakness.AnyCertificate) || _weak.Contains(Weakness.TokenBeforeCertificate))
        {
            return true;
        }

        return IsGood(certificate, chain, errors);
    }

    private bool IsGood(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors) =>
        IsSound(chain, errors)
        && (_weak.Contains(Weakness.AnyUsage) || IsForClients(certificate))
        && IsNotRevoked(certificate);

    private bool IsSound(X509Chain? chain, SslPolicyErrors errors) =>
        errors == SslPolicyErrors.None
        || (_weak.Contains(Weakness.AnyUsage)
            && errors == SslPolicyErrors.RemoteCertificateChainErrors
            && chain is not null
            && chain.ChainStatus.All(status => status.Status == X509ChainStatusFlags.NotValidForUsage));

    private static string Key(ReadOnlySpan<byte> certificate) => Convert.ToHexString(SHA256.HashData(certificate));

    private bool IsNotRevoked(X509Certificate2 certificate) => IsListedNowhere(certificate) && !_revoked.ContainsKey(Key(certificate.RawDataMemory.Span));

    private bool IsListedNowhere(X509Certificate2 certificate)
    {
        if (_weak.Contains(Weakness.NoRevocation))
        {
            return true;
        }

        // No list, no service.
        var now = _time.GetUtcNow();
        return _lists.Any(list => list.Issuer == certificate.Issuer && list.List.Admits(certificate, now));
    }

    private X509ChainPolicy Policy(X509Certificate2 anchor)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = !_weak.Contains(Weakness.CertificateDownloads),
            UrlRetrievalTimeout = TimeSpan.FromSeconds(3),
        };
        policy.CustomTrustStore.Add(anchor);
        policy.ApplicationPolicy.Add(new Oid(ClientAuth));
        return policy;
    }

    private CipherSuitesPolicy? Suites()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return null;
        }

        List<TlsCipherSuite> suites =
        [
            TlsCipherSuite.TLS_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        ];
        if (_weak.Contains(Weakness.OldSuites))
        {
            suites.Add(TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA);
            suites.Add(TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA);
        }

        return new CipherSuitesPolicy(suites);
    }
}
