using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Forge;
using Sallyport.Forge.Revocation;

namespace OrdersApi.App;

/// <summary>A throw-away PKI for one run of the sample, in memory, valid for a day.</summary>
/// <remarks>
/// alice, bob: customers. carol: a customer whose certificate is revoked. root: the administrator. sam: staff, under a CA of their
/// own that only <see cref="OrdersApp.StaffHost"/> trusts. dave: a customer whose login may be locked and whose sessions may be ended. Every one of them is a registered account.
/// </remarks>
public sealed class OrdersPki : IDisposable
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    private readonly List<ForgeKey> _keys = [];
    private readonly DateTimeOffset _now;

    /// <summary>Mints everything as of the given time.</summary>
    public OrdersPki(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _now = time.GetUtcNow();
        ServerCa = Authority("Orders Server CA");
        ClientCa = Authority("Orders Client CA");
        StaffCa = Authority("Orders Staff CA");
        Server = ServerCa.Issue(Leaf("localhost") with
        {
            SubjectAltNames =
            [
                new GeneralName.Dns("localhost"), new GeneralName.Dns(OrdersApp.StaffHost),
                new GeneralName.Ip(IPAddress.Loopback), new GeneralName.Ip(IPAddress.IPv6Loopback),
            ],
            ExtendedKeyUsages = [ServerAuth],
        });
        Alice = Client("alice", "customer", ClientCa);
        Bob = Client("bob", "customer", ClientCa);
        Carol = Client("carol", "customer", ClientCa);
        Root = Client("root", "admin", ClientCa);
        Sam = Client("sam", "staff", StaffCa);
        Dave = Client("dave", "customer", ClientCa);
        using var carol = X509CertificateLoader.LoadCertificate(Carol.Forged.Leaf.Span);
        RevocationLists =
        [
            RevocationList(ClientCa, new RevokedEntry
            {
                Serial = carol.SerialNumberBytes,
                RevokedAt = _now.AddMinutes(-1),
                Reason = RevocationReason.KeyCompromise,
            }),
            RevocationList(StaffCa),
        ];
    }

    /// <summary>Signs the server's certificate.</summary>
    public CertificateAuthority ServerCa { get; }

    /// <summary>Signs the customers' certificates; its key is what a scanner may be given.</summary>
    public CertificateAuthority ClientCa { get; }

    /// <summary>Signs the certificates of staff.</summary>
    public CertificateAuthority StaffCa { get; }

    /// <summary>The server: localhost, 127.0.0.1, ::1 and <see cref="OrdersApp.StaffHost"/>.</summary>
    public ForgedIdentity Server { get; }

    public OrdersIdentity Alice { get; }

    public OrdersIdentity Bob { get; }

    public OrdersIdentity Carol { get; }

    public OrdersIdentity Root { get; }

    public OrdersIdentity Sam { get; }

    public OrdersIdentity Dave { get; }

    /// <summary>Everyone with an account.</summary>
    public ImmutableArray<OrdersIdentity> Everyone => [Alice, Bob, Carol, Root, Sam, Dave];

    /// <summary>DER of the current lists, one per client CA.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> RevocationLists { get; }

    /// <summary>Writes certificates and keys as PEM, for a scan from the command line: alice.pem, alice.key, server-ca.pem…</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void WriteTo(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        Directory.CreateDirectory(folder);
        Write(Path.Combine(folder, "server-ca.pem"), Pem(ServerCa.Certificate));
        Write(Path.Combine(folder, "client-ca.pem"), Pem(ClientCa.Certificate));
        Write(Path.Combine(folder, "client-ca.key"), ClientCa.Key.Algorithm.ExportPkcs8PrivateKeyPem() + "\n");
        Write(Path.Combine(folder, "server.pem"), Server.ExportChainPem());
        Write(Path.Combine(folder, "server.key"), Server.ExportKeyPem());
        Write(Path.Combine(folder, "openapi.json"), OrdersApp.OpenApi);
        foreach (var identity in Everyone)
        {
            Write(Path.Combine(folder, identity.Name + ".pem"), identity.Forged.ExportChainPem());
            Write(Path.Combine(folder, identity.Name + ".key"), identity.Forged.ExportKeyPem());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var key in _keys)
        {
            key.Dispose();
        }
    }

    /// <summary>What names an account in its certificates.</summary>
    internal static string AccountUri(string name) => "urn:orders:account:" + name;

    private static string Pem(ReadOnlyMemory<byte> certificate) => PemEncoding.WriteString("CERTIFICATE", certificate.Span) + "\n";

    private static void Write(string file, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(file, options);
        writer.Write(text);
    }

    private CertificateAuthority Authority(string name) =>
        CertificateAuthority.CreateRoot(name, _now.AddMinutes(-5), _now.AddDays(2), Key());

    private OrdersIdentity Client(string name, string role, CertificateAuthority authority) => new(name, role, authority.Issue(Leaf(name) with
    {
        SubjectAltNames = [new GeneralName.Uri(AccountUri(name))],
        ExtendedKeyUsages = [ClientAuth],
    }));

    private CertificateSpec Leaf(string name) => new()
    {
        Subject = DistinguishedName.CommonName(name),
        NotBefore = _now.AddMinutes(-5),
        NotAfter = _now.AddDays(1),
        Key = Key(),
        BasicConstraints = new BasicConstraints(IsAuthority: false),
        KeyUsages = X509KeyUsageFlags.DigitalSignature,
    };

    private ReadOnlyMemory<byte> RevocationList(CertificateAuthority authority, params ImmutableArray<RevokedEntry> entries) =>
        authority.SignRevocationList(new RevocationListSpec
        {
            ThisUpdate = _now.AddMinutes(-5),
            NextUpdate = _now.AddDays(1),
            Entries = entries,
        });

    private ForgeKey Key()
    {
        var key = ForgeKey.P256();
        _keys.Add(key);
        return key;
    }
}
