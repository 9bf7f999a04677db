using System;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sallyport.AspNetCore.Transport;

/// <summary>Reads a server's certificate and key from the octets of their files, whole or not at all.</summary>
internal static class ServerIdentityReader
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private const string Begin = "-----BEGIN ";

    /// <summary>Reads them.</summary>
    /// <param name="certificate">The PEM or PFX file.</param>
    /// <param name="key">The PEM file of the key; null when it is in the first.</param>
    /// <param name="password">Of the PFX file or the encrypted key.</param>
    /// <exception cref="CryptographicException">Half-written, not readable, no key, or a key of another certificate.</exception>
    public static ServerIdentity Read(ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> key, string? password)
    {
        var identity = certificate.IndexOf("-----BEGIN "u8) >= 0
            ? FromPem(Text(certificate), key.IsEmpty ? Text(certificate) : Text(key), password)
            : FromPfx(certificate, password);
        if (!identity.Certificate.HasPrivateKey)
        {
            throw new CryptographicException("The server's certificate came without its key.");
        }

        var purposes = identity.Certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().SingleOrDefault();
        if (purposes is not null && !purposes.EnhancedKeyUsages.Cast<Oid>().Any(static oid => oid.Value == ServerAuth))
        {
            throw new CryptographicException("The server's certificate is not for servers (extended key usage).");
        }

        return identity;
    }

    private static ServerIdentity FromPem(string certificates, string key, string? password)
    {
        RequireWhole(certificates);
        RequireWhole(key);
        var all = new X509Certificate2Collection();
        all.ImportFromPem(certificates);
        if (all.Count == 0)
        {
            throw new CryptographicException("The file holds no certificate.");
        }

        // Both throw when the key is not that of the first certificate.
        var leaf = password is null
            ? X509Certificate2.CreateFromPem(certificates, key)
            : X509Certificate2.CreateFromEncryptedPem(certificates, key, password);
        return new ServerIdentity(leaf, [.. all.Skip(1)]);
    }

    private static ServerIdentity FromPfx(ReadOnlySpan<byte> file, string? password)
    {
        var all = X509CertificateLoader.LoadPkcs12Collection(file, password);
        var leaf = all.FirstOrDefault(static certificate => certificate.HasPrivateKey)
            ?? throw new CryptographicException("The file holds no certificate with a key.");
        return new ServerIdentity(leaf, [.. all.Where(certificate => !ReferenceEquals(certificate, leaf))]);
    }

    /// <summary>The platform silently passes over a block that has no end: that is how a file looks while it is written.</summary>
    private static void RequireWhole(string pem)
    {
        var begun = 0;
        for (var at = pem.IndexOf(Begin, StringComparison.Ordinal); at >= 0; at = pem.IndexOf(Begin, at + 1, StringComparison.Ordinal))
        {
            begun++;
        }

        var whole = 0;
        var rest = pem.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            whole++;
            rest = rest[fields.Location.End..];
        }

        if (begun == 0 || begun != whole)
        {
            throw new CryptographicException($"The file is not whole: {begun} PEM blocks begin and {whole} can be read.");
        }
    }

    private static string Text(ReadOnlySpan<byte> octets) => Encoding.UTF8.GetString(octets);
}
