using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Scan.Config;

namespace Sallyport.Scan.Tests.Config;

/// <summary>A folder with identities minted for one test.</summary>
internal sealed class InputFolder : IDisposable
{
    private static readonly DateTimeOffset Start = TimeProvider.System.GetUtcNow().AddDays(-1);

    public InputFolder()
    {
        Path = Directory.CreateTempSubdirectory("sallyport-input-").FullName;
        Root = Authority("CN=Root", null);
        Intermediate = Authority("CN=Intermediate", Root);
        Alice = Leaf("CN=alice", Intermediate, ECDsa.Create(ECCurve.NamedCurves.nistP256));
    }

    public string Path { get; }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Intermediate { get; }

    public X509Certificate2 Alice { get; }

    public string Write(string name, params string[] parts)
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, string.Concat(parts.Select(part => part.TrimEnd() + "\n")));
        return path;
    }

    public string WriteBytes(string name, byte[] bytes)
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string AliceKey() => KeyOf(Alice).ExportPkcs8PrivateKeyPem();

    public static AsymmetricAlgorithm KeyOf(X509Certificate2 certificate) =>
        (AsymmetricAlgorithm?)certificate.GetRSAPrivateKey() ?? certificate.GetECDsaPrivateKey() ?? throw new InvalidOperationException("no key");

    public static X509Certificate2 Leaf(string subject, X509Certificate2 issuer, AsymmetricAlgorithm key)
    {
        CertificateRequest request = Request(subject, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        using X509Certificate2 issued = request.Create(issuer.SubjectName, Signer(issuer), Start, Start.AddDays(3), RandomNumberGenerator.GetBytes(8));
        return key is RSA rsa ? issued.CopyWithPrivateKey(rsa) : issued.CopyWithPrivateKey((ECDsa)key);
    }

    /// <summary>The reader with this folder as its working directory and no environment.</summary>
    public ScanRequestReader Reader(Func<string, string?>? environment = null) => new(environment ?? (_ => null), Path);

    public void Dispose()
    {
        Root.Dispose();
        Intermediate.Dispose();
        Alice.Dispose();
        Directory.Delete(Path, recursive: true);
    }

    private static X509Certificate2 Authority(string subject, X509Certificate2? issuer)
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = Request(subject, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (issuer is null)
        {
            return request.CreateSelfSigned(Start, Start.AddDays(3));
        }

        using X509Certificate2 issued = request.Create(issuer.SubjectName, Signer(issuer), Start, Start.AddDays(3), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    private static CertificateRequest Request(string subject, AsymmetricAlgorithm key) => key is RSA rsa
        ? new(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : new(subject, (ECDsa)key, HashAlgorithmName.SHA256);

    // An authority of these tests always has an ECDSA key.
    private static X509SignatureGenerator Signer(X509Certificate2 issuer) => X509SignatureGenerator.CreateForECDsa(issuer.GetECDsaPrivateKey()!);
}
