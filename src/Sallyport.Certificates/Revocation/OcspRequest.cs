using System;
using System.Formats.Asn1;
using Sallyport.Certificates.Asn;

namespace Sallyport.Certificates.Revocation;

/// <summary>Encodes what an OCSP responder is asked. Sending it is the caller's.</summary>
public static class OcspRequest
{
    /// <summary>The largest nonce: 32 octets (RFC 9654, section 2.1).</summary>
    public const int MaxNonceBytes = 32;

    /// <summary>Encodes a request about one certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="issuer">Its issuer.</param>
    /// <param name="nonce">Fresh random octets, 32 are best; empty to send none.</param>
    /// <returns>The DER of an unsigned OCSPRequest.</returns>
    /// <exception cref="ArgumentNullException">A certificate is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="nonce"/> is longer than <see cref="MaxNonceBytes"/>.</exception>
    /// <remarks>RFC 6960, section 4.1; the certificate is named by SHA-1 hashes, as RFC 5019 asks of every client.</remarks>
    public static byte[] Encode(CertificateProfile certificate, CertificateProfile issuer, ReadOnlySpan<byte> nonce)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(issuer);
        if (nonce.Length > MaxNonceBytes)
        {
            throw new ArgumentException("A nonce has at most 32 octets.", nameof(nonce));
        }

        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            using (writer.PushSequence())
            {
                CertId.Write(writer, certificate, issuer);
            }

            if (!nonce.IsEmpty)
            {
                WriteNonce(writer, nonce);
            }
        }

        return writer.Encode();
    }

    private static void WriteNonce(AsnWriter writer, ReadOnlySpan<byte> nonce)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2)))
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.OcspNonce);
            using (writer.PushOctetString())
            {
                writer.WriteOctetString(nonce);
            }
        }
    }
}
