using System;
using System.Collections.Immutable;
using System.IO;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Tls.Client;

namespace Sallyport.Tls.Tests.Support;

/// <summary>Certificates minted once for a test class, as files for foreign servers and as credentials for our client.</summary>
public sealed class TestPki : IDisposable
{
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sallyport-tls-");
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly X509Certificate2 _ca;
    private readonly X509Certificate2 _rogue;

    public TestPki()
    {
        _ca = Authority("CN=Test CA");
        _rogue = Authority("CN=Rogue CA");
        CaFile = Write("ca.pem", _ca.ExportCertificatePem());
        (ServerFile, ServerKeyFile) = Files("server", Server(ECDsa.Create(ECCurve.NamedCurves.nistP256)));
        (RsaServerFile, RsaServerKeyFile) = Files("server-rsa", Server(RSA.Create(2048)));
        Good = Identity(_ca);
        RsaGood = Identity(_ca, key: RSA.Create(2048));
        P384Good = Identity(_ca, key: ECDsa.Create(ECCurve.NamedCurves.nistP384));
        Rogue = Identity(_rogue);
        WrongUsage = Identity(_ca, usage: ServerAuth);
        Expired = Identity(_ca, from: -20, to: -10);
    }

    public string CaFile { get; }

    public string ServerFile { get; }

    public string ServerKeyFile { get; }

    public string RsaServerFile { get; }

    public string RsaServerKeyFile { get; }

    public ClientCredential Good { get; }

    public ClientCredential RsaGood { get; }

    public ClientCredential P384Good { get; }

    public ClientCredential Rogue { get; }

    public ClientCredential WrongUsage { get; }

    public ClientCredential Expired { get; }

    public X509Certificate2 Ca => _ca;

    public void Dispose()
    {
        _ca.Dispose();
        _rogue.Dispose();
        _folder.Delete(recursive: true);
    }

    public X509Certificate2 ServerIdentity() => X509Certificate2.CreateFromPemFile(ServerFile, ServerKeyFile);

    public string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static CertificateRequest Request(string name, AsymmetricAlgorithm key) => key is RSA rsa
        ? new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : new CertificateRequest(name, (ECDsa)key, HashAlgorithmName.SHA256);

    private (string File, string KeyFile) Files(string name, ClientCredential credential)
    {
        string pem = PemEncoding.WriteString("CERTIFICATE", credential.Chain[0].AsSpan());
        return (Write(name + ".pem", pem), Write(name + ".key", credential.Key.ShouldNotBeNull().ExportPkcs8PrivateKeyPem()));
    }

    private X509Certificate2 Authority(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = Request(name, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        return request.CreateSelfSigned(_now.AddDays(-40), _now.AddDays(40));
    }

    private ClientCredential Server(AsymmetricAlgorithm key)
    {
        CertificateRequest request = Request("CN=localhost", key);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuth)], false));
        return Issue(_ca, request, key, -1, 10);
    }

    private ClientCredential Identity(X509Certificate2 ca, string usage = ClientAuth, int from = -1, int to = 10, AsymmetricAlgorithm? key = null)
    {
        key ??= ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = Request("CN=alice", key);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        return Issue(ca, request, key, from, to);
    }

    private ClientCredential Issue(X509Certificate2 ca, CertificateRequest request, AsymmetricAlgorithm key, int from, int to)
    {
        using ECDsa caKey = ca.GetECDsaPrivateKey().ShouldNotBeNull();
        X509SignatureGenerator generator = X509SignatureGenerator.CreateForECDsa(caKey);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        using X509Certificate2 certificate = request.Create(
            ca.SubjectName, generator, _now.AddDays(from), _now.AddDays(to), RandomNumberGenerator.GetBytes(8));
        return new ClientCredential { Chain = [ImmutableArray.Create(certificate.RawData)], Key = key };
    }
}
