using System;
using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Sallyport.Certificates.Tests.Revocation;

/// <summary>Writes OCSP responses, good and bad, for the tests.</summary>
internal sealed record Responder
{
    public required byte[] Certificate { get; init; }

    public required ECDsa Key { get; init; }

    public required CertificateProfile Issuer { get; init; }

    public string Status { get; init; } = "good";

    public byte[]? Nonce { get; init; }

    public bool ByKey { get; init; }

    public bool SendsCertificate { get; init; } = true;

    public bool HashesWithSha256 { get; init; }

    public string? CriticalExtension { get; init; }

    public DateTimeOffset ThisUpdate { get; init; } = Authority.Now.AddHours(-1);

    public DateTimeOffset? NextUpdate { get; init; } = Authority.Now.AddHours(1);

    public byte[] Answer(CertificateProfile about)
    {
        byte[] data = Data(about);
        var basic = new AsnWriter(AsnEncodingRules.DER);
        Minted.Sequence(basic, () =>
        {
            basic.WriteEncodedValue(data);
            Minted.Sequence(basic, () => basic.WriteObjectIdentifier("1.2.840.10045.4.3.2"));
            basic.WriteBitString(Key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
            if (SendsCertificate)
            {
                Tagged(basic, 0, () => Minted.Sequence(basic, () => basic.WriteEncodedValue(Certificate)));
            }
        });
        var response = new AsnWriter(AsnEncodingRules.DER);
        Minted.Sequence(response, () =>
        {
            response.WriteEncodedValue([0x0a, 1, 0]);
            Tagged(response, 0, () => Minted.Sequence(response, () =>
            {
                response.WriteObjectIdentifier("1.3.6.1.5.5.7.48.1.1");
                response.WriteOctetString(basic.Encode());
            }));
        });
        return response.Encode();
    }

    private byte[] Data(CertificateProfile about)
    {
        CertificateProfile own = Authority.Read(Certificate);
        var data = new AsnWriter(AsnEncodingRules.DER);
        Minted.Sequence(data, () =>
        {
            if (ByKey)
            {
                Tagged(data, 2, () => data.WriteOctetString(SHA1.HashData(own.PublicKey.Key.Span)));
            }
            else
            {
                Tagged(data, 1, () => data.WriteEncodedValue(own.Subject.Der.Span));
            }

            data.WriteGeneralizedTime(ThisUpdate, omitFractionalSeconds: true);
            Minted.Sequence(data, () => Minted.Sequence(data, () => Single(data, about)));
            if (Nonce is not null || CriticalExtension is not null)
            {
                Tagged(data, 1, () => Minted.Sequence(data, () => Extensions(data)));
            }
        });
        return data.Encode();
    }

    private void Single(AsnWriter writer, CertificateProfile about)
    {
        Func<ReadOnlySpan<byte>, byte[]> hash = HashesWithSha256 ? static o => SHA256.HashData(o) : static o => SHA1.HashData(o);
        Minted.Sequence(writer, () =>
        {
            Minted.Sequence(writer, () => writer.WriteObjectIdentifier(HashesWithSha256 ? "2.16.840.1.101.3.4.2.1" : "1.3.14.3.2.26"));
            writer.WriteOctetString(hash(Issuer.Subject.Der.Span));
            writer.WriteOctetString(hash(Issuer.PublicKey.Key.Span));
            writer.WriteInteger(about.SerialNumber.Span);
        });
        switch (Status)
        {
            case "good":
                writer.WriteNull(new Asn1Tag(TagClass.ContextSpecific, 0));
                break;
            case "revoked":
                Tagged(writer, 1, () =>
                {
                    writer.WriteGeneralizedTime(ThisUpdate, omitFractionalSeconds: true);
                    Tagged(writer, 0, () => writer.WriteEncodedValue([0x0a, 1, 1]));
                });
                break;
            default:
                writer.WriteNull(new Asn1Tag(TagClass.ContextSpecific, 2));
                break;
        }

        writer.WriteGeneralizedTime(ThisUpdate, omitFractionalSeconds: true);
        if (NextUpdate is { } next)
        {
            Tagged(writer, 0, () => writer.WriteGeneralizedTime(next, omitFractionalSeconds: true));
        }
    }

    private void Extensions(AsnWriter writer)
    {
        if (Nonce is not null)
        {
            RevocationTests.Extension(writer, "1.3.6.1.5.5.7.48.1.2", critical: false, [4, (byte)Nonce.Length, .. Nonce]);
        }

        if (CriticalExtension is not null)
        {
            RevocationTests.Extension(writer, CriticalExtension, critical: true, [5, 0]);
        }
    }

    private static void Tagged(AsnWriter writer, int tag, Action content)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, tag)))
        {
            content();
        }
    }
}
