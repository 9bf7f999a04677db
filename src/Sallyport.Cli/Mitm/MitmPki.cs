using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Forge;
using Sallyport.Forge.Revocation;

namespace Sallyport.Cli.Mitm;

/// <summary>The certificates of the bad servers, minted in memory: each has exactly one thing wrong.</summary>
internal sealed class MitmPki : IDisposable
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);
    private readonly List<IDisposable> _owned = [];
    private readonly DateTimeOffset _now;
    private readonly ImmutableArray<GeneralName> _names;
    private readonly string _crlUrl;
    private readonly CertificateAuthority _root;
    private readonly byte[] _revokedSerial = Serial();

    /// <summary>Mints everything.</summary>
    /// <param name="listen">The address that the servers have.</param>
    /// <param name="crlUrl">Where the revocation list will be.</param>
    /// <param name="time">The clock.</param>
    public MitmPki(IPAddress listen, string crlUrl, TimeProvider time)
    {
        _now = time.GetUtcNow();
        _crlUrl = crlUrl;
        _names =
        [
            new GeneralName.Dns("localhost"), new GeneralName.Ip(IPAddress.Loopback), new GeneralName.Ip(IPAddress.IPv6Loopback),
            .. listen.Equals(IPAddress.Any) || listen.Equals(IPAddress.IPv6Any) ? [new GeneralName.Dns(Dns.GetHostName().ToLowerInvariant())]
                : IPAddress.IsLoopback(listen) ? Array.Empty<GeneralName>()
                : [new GeneralName.Ip(listen)],
        ];
        _root = Root();
        Ports = MakePorts();
        RevocationList = _root.SignRevocationList(new()
        {
            ThisUpdate = _now.AddHours(-1),
            NextUpdate = _now + Lifetime,
            Entries = [new() { Serial = _revokedSerial, RevokedAt = _now.AddHours(-1), Reason = RevocationReason.KeyCompromise }],
        });
        Client = Own(ClientIdentity());
    }

    /// <summary>The servers, the control first.</summary>
    public ImmutableArray<MitmPort> Ports { get; }

    /// <summary>DER of the only CA that a client should trust.</summary>
    public ReadOnlyMemory<byte> Authority => _root.Certificate;

    /// <summary>DER of its revocation list.</summary>
    public ReadOnlyMemory<byte> RevocationList { get; }

    /// <summary>A certificate with its key that a client may show.</summary>
    public X509Certificate2 Client { get; }

    public void Dispose() => _owned.ForEach(owned => owned.Dispose());

    private ImmutableArray<MitmPort> MakePorts()
    {
        // The same name, as a thief would take it, and another key.
        CertificateAuthority rogue = Root();
        CertificateAuthority intermediate = _root.CreateIntermediate(
            CertificateAuthority.AuthoritySpec(DistinguishedName.CommonName("Sallyport MITM Intermediate CA"), _now.AddHours(-1), _now + Lifetime, Own(ForgeKey.P256())));
        ForgedIdentity good = _root.Issue(Server());
        CertificateSpec selfSigned = Server();
        return
        [
            Port("good", "nothing: a careful client goes on", good) with { IsControl = true },
            Port("wrong-name", "the certificate is for wrong.example", _root.Issue(Server() with { SubjectAltNames = [new GeneralName.Dns("wrong.example")], Subject = DistinguishedName.CommonName("wrong.example") })),
            Port("expired", "the certificate ended yesterday", _root.Issue(Server() with { NotBefore = _now.AddDays(-30), NotAfter = _now.AddDays(-1) })),
            Port("self-signed", "the certificate is signed by its own key", CertificateAuthority.SelfSigned(selfSigned)),
            Port("rogue-ca", "the certificate is from a CA with the same name and another key", rogue.Issue(Server())),
            Port("revoked", "the certificate stands in its CA's revocation list", _root.Issue(Server() with { Serial = _revokedSerial })),
            Port("weak-key", "the key is RSA with 1024 bits", _root.Issue(Server() with { Key = Own(ForgeKey.Rsa(1024)) }), weak: true),
            Port("missing-intermediate", "the intermediate CA's certificate is not sent", LeafOnly(intermediate.Issue(Server()))),
            Port("tls-1.0", "the server speaks TLS 1.0 only", _root.Issue(Server() with { Key = Own(ForgeKey.Rsa(2048)) }), weak: true, version: Tls10),
            Port("no-client-certificate", "the server never asks for the client's certificate", good, asks: false),
        ];
    }

    // SslProtocols.Tls: the name is obsolete, and offering nothing better is this port's purpose.
    private const SslProtocols Tls10 = (SslProtocols)192;

    private MitmPort Port(string name, string what, ForgedIdentity identity, bool weak = false, SslProtocols version = SslProtocols.None, bool asks = true)
    {
        X509Certificate2 leaf = Own(WithKey(identity));
        X509Certificate2Collection above = [.. identity.Chain.Skip(1).Select(der => Own(X509CertificateLoader.LoadCertificate(der.Span)))];

        // Offline: what is missing stays missing, and nothing is fetched.
        var context = SslStreamCertificateContext.Create(leaf, above, offline: true);
        return new()
        {
            Name = name,
            What = what,
            Handshake = () => new()
            {
                ServerCertificateContext = context,
                ClientCertificateRequired = asks,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                EnabledSslProtocols = version,

                // "Allow no encryption": the only value that lets the platform serve what it rightly calls too weak.
                EncryptionPolicy = weak ? (EncryptionPolicy)1 : EncryptionPolicy.RequireEncryption,
            },
        };
    }

    private static ForgedIdentity LeafOnly(ForgedIdentity identity) => identity with { Chain = [identity.Leaf] };

    private CertificateSpec Server() => new()
    {
        Subject = DistinguishedName.CommonName("localhost"),
        Serial = Serial(),
        NotBefore = _now.AddHours(-1),
        NotAfter = _now + Lifetime,
        Key = Own(ForgeKey.P256()),
        SubjectAltNames = _names,
        ExtendedKeyUsages = [ServerAuth],
        KeyUsages = X509KeyUsageFlags.DigitalSignature,
        BasicConstraints = new(IsAuthority: false),
        CrlUrls = [_crlUrl],
    };

    private CertificateAuthority Root() =>
        CertificateAuthority.CreateRoot("Sallyport MITM CA", _now.AddHours(-1), _now + Lifetime, Own(ForgeKey.P256()));

    private X509Certificate2 ClientIdentity() => WithKey(_root.Issue(Server() with
    {
        Subject = DistinguishedName.CommonName("client"),
        SubjectAltNames = [new GeneralName.Email("client@sallyport.example")],
        ExtendedKeyUsages = [ClientAuth],
    }));

    private static X509Certificate2 WithKey(ForgedIdentity identity) =>
        X509CertificateLoader.LoadPkcs12(identity.ExportPkcs12(""), "", X509KeyStorageFlags.Exportable);

    private static byte[] Serial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
