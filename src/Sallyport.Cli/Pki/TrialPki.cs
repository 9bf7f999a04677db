using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Forge;
using Sallyport.Forge.Revocation;

namespace Sallyport.Cli.Pki;

/// <summary>A small PKI for trying things out: two CAs, a server, four clients, one of them revoked.</summary>
internal static class TrialPki
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>What each file is, in the order in which they are written.</summary>
    public static ImmutableArray<(string File, string What)> Contents { get; } =
    [
        ("client-ca.pem", "CA of the clients: give it to the server"),
        ("client-ca.key", "its key: --client-ca-key lets a scan mint bad certificates with it"),
        ("client-ca.crl", "its revocation list: holds `revoked`"),
        ("server-ca.pem", "CA of the server: --server-ca"),
        ("server-ca.key", "its key"),
        ("server.pem", "server certificate for localhost, 127.0.0.1 and ::1"),
        ("server.key", "its key"),
        ("alice.pem", "client alice"),
        ("alice.key", "her key"),
        ("bob.pem", "client bob"),
        ("bob.key", "his key"),
        ("root.pem", "client root, meant as administrator"),
        ("root.key", "its key"),
        ("revoked.pem", "client whose certificate is revoked"),
        ("revoked.key", "its key"),
        ("sallyport.yaml", "a configuration file over all of these"),
    ];

    private const string Configuration =
        """
        # Made by `sallyport pki init`. Start your API with server.pem and client-ca.pem, then: sallyport scan --config sallyport.yaml
        target: https://localhost:8443
        serverCa: server-ca.pem
        clientCa: { cert: client-ca.pem, key: client-ca.key }
        identities:
          alice:   { cert: alice.pem, key: alice.key, values: { name: alice } }
          bob:     { cert: bob.pem, key: bob.key, values: { name: bob } }
          root:    { cert: root.pem, key: root.key, role: admin }
          revoked: { cert: revoked.pem, key: revoked.key, state: revoked }
        operations: { protected: [GET /profiles/alice] }
        expect: { mutualTls: required }

        """;

    /// <summary>The files of the PKI that are there already.</summary>
    public static IEnumerable<string> Existing(string folder) =>
        Contents.Select(entry => entry.File).Where(file => File.Exists(Path.Combine(folder, file)));

    /// <summary>Mints and writes everything.</summary>
    /// <exception cref="IOException">A file exists already, or cannot be written.</exception>
    public static void Write(string folder, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        using ForgeKey clientKey = ForgeKey.P256();
        using ForgeKey serverKey = ForgeKey.P256();
        var clients = CertificateAuthority.CreateRoot("Sallyport Trial Client CA", now.AddHours(-1), now + Lifetime, clientKey);
        var servers = CertificateAuthority.CreateRoot("Sallyport Trial Server CA", now.AddHours(-1), now + Lifetime, serverKey);
        PrivateFiles.MakeFolder(folder);
        Authority(folder, "client-ca", clients);
        Authority(folder, "server-ca", servers);
        Identity(folder, "server", servers, now, ServerAuth, [new GeneralName.Dns("localhost"), new GeneralName.Ip(IPAddress.Loopback), new GeneralName.Ip(IPAddress.IPv6Loopback)]);
        foreach (string name in (string[])["alice", "bob", "root", "revoked"])
        {
            byte[] serial = Identity(folder, name, clients, now, ClientAuth, [new GeneralName.Email($"{name}@sallyport.example")]);
            if (name == "revoked")
            {
                Write(folder, "client-ca.crl", PemEncoding.WriteString("X509 CRL", Revoke(clients, serial, now)) + "\n");
            }
        }

        Write(folder, "sallyport.yaml", Configuration);
    }

    private static byte[] Revoke(CertificateAuthority authority, byte[] serial, DateTimeOffset now) => authority.SignRevocationList(new()
    {
        ThisUpdate = now.AddHours(-1),
        NextUpdate = now + Lifetime,
        Entries = [new() { Serial = serial, RevokedAt = now.AddHours(-1), Reason = RevocationReason.KeyCompromise }],
    });

    private static void Authority(string folder, string name, CertificateAuthority authority)
    {
        Write(folder, name + ".pem", PemEncoding.WriteString("CERTIFICATE", authority.Certificate.Span) + "\n");
        Write(folder, name + ".key", authority.Key.Algorithm.ExportPkcs8PrivateKeyPem() + "\n");
    }

    private static byte[] Identity(string folder, string name, CertificateAuthority authority, DateTimeOffset now, string usage, ImmutableArray<GeneralName> names)
    {
        using ForgeKey key = ForgeKey.P256();
        byte[] serial = RandomNumberGenerator.GetBytes(16);

        // Positive and without a leading zero octet (RFC 5280, section 4.1.2.2).
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        ForgedIdentity identity = authority.Issue(new()
        {
            Subject = DistinguishedName.CommonName(name == "server" ? "localhost" : name),
            Serial = serial,
            NotBefore = now.AddHours(-1),
            NotAfter = now + Lifetime,
            Key = key,
            SubjectAltNames = names,
            ExtendedKeyUsages = [usage],
            KeyUsages = X509KeyUsageFlags.DigitalSignature,
            BasicConstraints = new(IsAuthority: false),
        });
        Write(folder, name + ".pem", identity.ExportChainPem());
        Write(folder, name + ".key", identity.ExportKeyPem());
        return serial;
    }

    private static void Write(string folder, string name, string text) => PrivateFiles.WriteNew(Path.Combine(folder, name), text);
}
