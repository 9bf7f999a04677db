using System;
using System.Formats.Asn1;
using System.Security.Cryptography;
using Sallyport.Certificates.Asn;

namespace Sallyport.Certificates.Revocation;

/// <summary>CertID of OCSP (RFC 6960, section 4.1.1): hashes of the issuer's name and key, and the serial number whole.</summary>
internal static class CertId
{
    private const string Sha1 = "1.3.14.3.2.26";

    /// <summary>Writes one with SHA-1, which is the only digest that every responder answers (RFC 5019, section 2.1.1). It only names.</summary>
    public static void Write(AsnWriter writer, CertificateProfile certificate, CertificateProfile issuer)
    {
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Sha1);
                writer.WriteNull();
            }

            writer.WriteOctetString(SHA1.HashData(issuer.Subject.Der.Span));
            writer.WriteOctetString(SHA1.HashData(issuer.PublicKey.Key.Span));
            writer.WriteInteger(certificate.SerialNumber.Span);
        }
    }

    /// <summary>Whether a CertID names this certificate of this issuer; null when it is malformed.</summary>
    public static bool? Names(DerReader id, CertificateProfile certificate, CertificateProfile issuer)
    {
        if (!id.TryTakeWhole(DerTag.Sequence, out ReadOnlyMemory<byte> algorithm)
            || !AlgorithmReader.TrySplit(algorithm, out string oid, out _)
            || !id.TryTake(DerTag.OctetString, out ReadOnlyMemory<byte> name)
            || !id.TryTake(DerTag.OctetString, out ReadOnlyMemory<byte> key)
            || !id.TryTakeInteger(DerTag.Integer, out ReadOnlyMemory<byte> serial)
            || !id.AtEnd)
        {
            return null;
        }

        return serial.Span.SequenceEqual(certificate.SerialNumber.Span)
            && Hash(oid, issuer.Subject.Der.Span) is { } nameHash
            && Hash(oid, issuer.PublicKey.Key.Span) is { } keyHash
            && name.Span.SequenceEqual(nameHash)
            && key.Span.SequenceEqual(keyHash);
    }

    /// <summary>KeyHash of a responder (RFC 6960, section 4.2.1): SHA-1 of the key's bits.</summary>
    public static byte[] KeyHash(PublicKeyProfile key) => SHA1.HashData(key.Key.Span);

    private static byte[]? Hash(string oid, ReadOnlySpan<byte> octets) => AlgorithmReader.DigestName(oid) switch
    {
        "SHA1" => SHA1.HashData(octets),
        "SHA256" => SHA256.HashData(octets),
        "SHA384" => SHA384.HashData(octets),
        "SHA512" => SHA512.HashData(octets),
        _ => null,
    };
}
