using System;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Forge;

/// <summary>A certificate with the chain to send and the key to sign with.</summary>
/// <remarks>Lives in memory only, unless the caller writes an export to a file.</remarks>
public sealed record ForgedIdentity
{
    /// <summary>DER of the end-entity certificate.</summary>
    public required ReadOnlyMemory<byte> Leaf { get; init; }

    /// <summary>DER certificates in the order in which they are sent; usually the leaf first.</summary>
    public required ImmutableArray<ReadOnlyMemory<byte>> Chain { get; init; }

    /// <summary>The leaf's key pair; not owned by this record.</summary>
    public required ForgeKey Key { get; init; }

    /// <summary>PEM of <see cref="Chain"/>, in its order.</summary>
    /// <returns>Text that ends with a line break.</returns>
    public string ExportChainPem() => string.Concat(Chain.Select(der => PemEncoding.WriteString("CERTIFICATE", der.Span) + "\n"));

    /// <summary>DER of the private key as PKCS#8, not encrypted.</summary>
    /// <returns>Secret bytes: the caller clears them.</returns>
    public byte[] ExportPkcs8() => Key.Algorithm.ExportPkcs8PrivateKey();

    /// <summary>PEM of the private key as PKCS#8, not encrypted.</summary>
    /// <returns>Secret text that ends with a line break.</returns>
    public string ExportKeyPem() => Key.Algorithm.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>PKCS#12 with the chain and the key, written by the platform.</summary>
    /// <param name="password">Password of the file; empty is allowed.</param>
    /// <returns>Bytes of the file.</returns>
    /// <exception cref="CryptographicException">The platform cannot read the certificate (odd shapes).</exception>
    public byte[] ExportPkcs12(string password)
    {
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(Leaf.Span);
        using X509Certificate2 own = Key.Algorithm is RSA rsa
            ? bare.CopyWithPrivateKey(rsa)
            : bare.CopyWithPrivateKey((ECDsa)Key.Algorithm);
        X509Certificate2Collection all = [own];
        foreach (ReadOnlyMemory<byte> der in Chain.Where(der => !der.Span.SequenceEqual(Leaf.Span)))
        {
            all.Add(X509CertificateLoader.LoadCertificate(der.Span));
        }

        try
        {
            return all.ExportPkcs12(Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, password);
        }
        finally
        {
            foreach (X509Certificate2 certificate in all)
            {
                certificate.Dispose();
            }
        }
    }
}
