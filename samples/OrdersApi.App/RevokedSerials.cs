using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrdersApi.App;

/// <summary>One revocation list, verified when it is read: which serials of its issuer are refused, and until when it may be believed.</summary>
internal sealed class RevokedSerials
{
    private const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";

    private readonly FrozenSet<string> _serials;
    private readonly DateTimeOffset _from;
    private readonly DateTimeOffset _until;

    private RevokedSerials(FrozenSet<string> serials, DateTimeOffset from, DateTimeOffset until)
    {
        _serials = serials;
        _from = from;
        _until = until;
    }

    /// <summary>Fails closed: a list that is not current refuses everyone.</summary>
    public bool Admits(X509Certificate2 certificate, DateTimeOffset now) =>
        now >= _from && now < _until && !_serials.Contains(Text(certificate.SerialNumberBytes.Span));

    /// <exception cref="CryptographicException">The list is not the issuer's, or says more than is understood here.</exception>
    public static RevokedSerials Read(ReadOnlyMemory<byte> der, X509Certificate2 issuer)
    {
        try
        {
            var list = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            var signed = list.PeekEncodedValue();
            var content = list.ReadSequence();
            var algorithm = list.ReadSequence().ReadObjectIdentifier();
            var signature = list.ReadBitString(out _);
            using var key = issuer.GetECDsaPublicKey();
            if (algorithm != EcdsaWithSha256 || key is null
                || !key.VerifyData(signed.Span, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))
            {
                throw new CryptographicException("The revocation list was not signed by its issuer.");
            }

            return ReadContent(content, issuer);
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("The revocation list is not well formed.", e);
        }
    }

    private static RevokedSerials ReadContent(AsnReader content, X509Certificate2 issuer)
    {
        content.ReadInteger();
        content.ReadSequence();
        if (!content.ReadEncodedValue().Span.SequenceEqual(issuer.SubjectName.RawData))
        {
            throw new CryptographicException("The revocation list names another issuer.");
        }

        var from = ReadTime(content);
        var until = ReadTime(content);
        var serials = new HashSet<string>(StringComparer.Ordinal);
        if (content.HasData && content.PeekTag() == Asn1Tag.Sequence)
        {
            var entries = content.ReadSequence();
            while (entries.HasData)
            {
                var entry = entries.ReadSequence();
                serials.Add(Text(entry.ReadIntegerBytes().Span));
            }
        }

        if (content.HasData)
        {
            RefuseCritical(content.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence());
        }

        return new RevokedSerials(serials.ToFrozenSet(), from, until);
    }

    /// <summary>A critical extension narrows the list to something less than "all of this issuer's": not understood, not believed.</summary>
    private static void RefuseCritical(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            extension.ReadObjectIdentifier();
            if (extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean())
            {
                throw new CryptographicException("The revocation list has a critical extension.");
            }
        }
    }

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag() == Asn1Tag.UtcTime ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private static string Text(ReadOnlySpan<byte> serial) => Convert.ToHexString(serial.TrimStart((byte)0));
}
