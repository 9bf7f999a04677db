using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sallyport.Certificates;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.AspNetCore.Outbound;

/// <summary>Reads what the client's files hold; a file that holds anything else is refused whole, so that half a write is never half a trust.</summary>
internal static class OutboundFiles
{
    /// <summary>The certificates of a PEM file.</summary>
    /// <exception cref="InvalidDataException">There is none, or one that cannot be read.</exception>
    public static ImmutableArray<CertificateProfile> Certificates(byte[] content)
    {
        var found = ImmutableArray.CreateBuilder<CertificateProfile>();
        foreach (byte[] der in Blocks(content, "CERTIFICATE"))
        {
            found.Add(CertificateProfile.TryRead(der, out CertificateProfile? profile, out CertificateDefect? defect)
                ? profile
                : throw new InvalidDataException($"A certificate cannot be read: {defect}."));
        }

        return found.Count > 0 ? found.ToImmutable() : throw new InvalidDataException("The file holds no certificate.");
    }

    /// <summary>The trust anchors of a PEM file.</summary>
    /// <exception cref="InvalidDataException">One of its certificates is none.</exception>
    public static IEnumerable<TrustAnchor> Anchors(byte[] content) =>
        Certificates(content).Select(static profile => profile.Subject.IsEmpty
            ? throw new InvalidDataException("A trust anchor has no subject.")
            : TrustAnchor.Of(profile));

    /// <summary>The revocation lists of a PEM file, or the one of a DER file.</summary>
    /// <exception cref="InvalidDataException">There is none, or one that cannot be read.</exception>
    public static ImmutableArray<CertificateRevocationList> Lists(byte[] content)
    {
        IEnumerable<byte[]> ders = content is [0x30, ..] ? [content] : Blocks(content, "X509 CRL");
        var found = ImmutableArray.CreateBuilder<CertificateRevocationList>();
        foreach (byte[] der in ders)
        {
            found.Add(CertificateRevocationList.TryRead(der, out CertificateRevocationList? list, out CertificateDefect? defect)
                ? list
                : throw new InvalidDataException($"A revocation list cannot be read: {defect}."));
        }

        return found.Count > 0 ? found.ToImmutable() : throw new InvalidDataException("The file holds no revocation list.");
    }

    /// <summary>The client's certificate with its key and the intermediates it sends. Nothing is fetched, ever.</summary>
    /// <exception cref="InvalidDataException">The key is not the certificate's, or one of both cannot be read.</exception>
    public static SslStreamCertificateContext ClientCertificate(byte[] certificate, byte[] key)
    {
        try
        {
            string pem = Encoding.UTF8.GetString(certificate);
            using X509Certificate2 joined = X509Certificate2.CreateFromPem(pem, Encoding.UTF8.GetString(key));
            X509Certificate2Collection above = [.. Blocks(certificate, "CERTIFICATE").Skip(1).Select(static der => X509CertificateLoader.LoadCertificate(der))];

            // Through PKCS#12: the key belongs to the certificate, whichever way the platform keeps keys.
            X509Certificate2 leaf = X509CertificateLoader.LoadPkcs12(joined.Export(X509ContentType.Pkcs12), null);
            return SslStreamCertificateContext.Create(leaf, above, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // Only this message is logged: what the platform says may quote the file.
            throw new InvalidDataException("The client's certificate and key do not belong together, or one of both cannot be read.", e);
        }
    }

    private static IEnumerable<byte[]> Blocks(byte[] content, string label)
    {
        string text = Encoding.UTF8.GetString(content);
        int at = 0;
        while (PemEncoding.TryFind(text.AsSpan(at), out PemFields fields))
        {
            if (text.AsSpan(at)[fields.Label].SequenceEqual(label))
            {
                yield return Convert.FromBase64String(text.AsSpan(at)[fields.Base64Data].ToString());
            }

            at += fields.Location.End.Value;
        }

        // What began and did not end is a file that is being written.
        if (text.AsSpan(at).Contains("-----BEGIN", StringComparison.Ordinal))
        {
            throw new InvalidDataException("The file ends in the middle of a PEM block.");
        }
    }
}
