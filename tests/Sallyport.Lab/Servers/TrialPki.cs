using System;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Lab.Processes;

namespace Sallyport.Lab.Servers;

/// <summary>Provisional certificates for the smoke tests of the servers, minted by the platform.</summary>
public sealed class TrialPki : IDisposable
{
    private readonly ScratchFolder _folder = new("pki");
    private readonly DateTimeOffset _now;

    /// <summary>Mints everything as of the given time.</summary>
    public TrialPki(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _now = time.GetUtcNow();
        ServerCa = Authority("CN=Lab Server CA");
        ClientCa = Authority("CN=Lab Client CA");
        OtherClientCa = Authority("CN=Lab Other Client CA");
        var server = Leaf("CN=localhost", ServerCa, server: true);
        Alice = Leaf("CN=alice", ClientCa);
        Bob = Leaf("CN=bob", ClientCa);
        Root = Leaf("CN=root", ClientCa);
        Revoked = Leaf("CN=alice", ClientCa);
        Other = Leaf("CN=alice", OtherClientCa);
        Rogue = Leaf("CN=alice", Authority("CN=Lab Client CA"));
        var crl = new CertificateRevocationListBuilder();
        crl.AddEntry(Revoked);
        var crlPem = PemEncoding.WriteString("X509 CRL", crl.Build(ClientCa, 1, _now.AddDays(1), HashAlgorithmName.SHA256));
        Material = new ServerMaterial
        {
            ServerCertificateFile = _folder.Write("server.pem", server.ExportCertificatePem()),
            ServerKeyFile = _folder.Write("server.key", KeyPem(server)),
            ClientCaFile = _folder.Write("client-ca.pem", ClientCa.ExportCertificatePem()),
            OtherClientCaFile = _folder.Write("other-client-ca.pem", OtherClientCa.ExportCertificatePem()),
            ClientCrlFile = _folder.Write("client.crl", crlPem),
            ServerIdentity = server,
            ClientCa = ClientCa,
            OtherClientCa = OtherClientCa,
        };
    }

    public X509Certificate2 ServerCa { get; }

    public X509Certificate2 ClientCa { get; }

    public X509Certificate2 OtherClientCa { get; }

    public X509Certificate2 Alice { get; }

    public X509Certificate2 Bob { get; }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Revoked { get; }

    public X509Certificate2 Other { get; }

    public X509Certificate2 Rogue { get; }

    public ServerMaterial Material { get; }

    public void Dispose() => _folder.Dispose();

    private static string KeyPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey() ?? throw new InvalidOperationException("Minted with an ECDSA key.");
        return key.ExportPkcs8PrivateKeyPem();
    }

    private X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(_now.AddMinutes(-5), _now.AddDays(2));
    }

    private X509Certificate2 Leaf(string name, X509Certificate2 issuer, bool server = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid(server ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        if (server)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("localhost");
            names.AddDnsName(LabApi.PublicHost);
            names.AddDnsName(LabApi.SecretHost);
            names.AddIpAddress(System.Net.IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        }

        using var certificate = request.Create(issuer, _now.AddMinutes(-5), _now.AddDays(1), RandomNumberGenerator.GetBytes(16));
        return certificate.CopyWithPrivateKey(key);
    }
}
