using System;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Forge.Der;

namespace Sallyport.Forge.Revocation;

/// <summary>Writes OCSP answers.</summary>
internal static class OcspWriter
{
    internal static byte[] Response(OcspResponseSpec spec, CertificateAuthority authority, ForgedIdentity? responder)
    {
        ForgeKey key = responder?.Key ?? authority.Key;
        CertificateSignature signature = spec.Signature ?? key.DefaultSignature;
        byte[] toBeSigned = DerWriter.Sequence(
            spec.NamesResponderByKey
                ? DerWriter.Context(2, DerWriter.OctetString(SHA1.HashData(key.PublicKeyBits.Span)))
                : DerWriter.Context(1, responder is null ? authority.Subject.Encoded.Span : SubjectOf(responder)),
            DerWriter.GeneralizedTime(spec.ProducedAt),
            DerWriter.Sequence(spec.Entries.Select(entry => Entry(entry, authority))),
            spec.Nonce is { } nonce ? DerWriter.Context(1, DerWriter.Sequence(Nonce(nonce))) : []);
        byte[] enclosed = responder is null ? [] : DerWriter.Context(0, DerWriter.Sequence(responder.Leaf.ToArray()));
        byte[] basic = CertificateWriter.Signed(toBeSigned, key, signature, enclosed);
        return DerWriter.Sequence(
            DerWriter.Enumerated(0),
            DerWriter.Context(0, DerWriter.Sequence(DerWriter.Oid(Oids.OcspBasicResponse), DerWriter.OctetString(basic))));
    }

    private static byte[] Nonce(ReadOnlyMemory<byte> nonce) =>
        ExtensionWriter.Extension(new CertificateExtension(Oids.OcspNonce, false, DerWriter.OctetString(nonce.Span)));

    private static byte[] Entry(OcspEntry entry, CertificateAuthority authority) => DerWriter.Sequence(
        DerWriter.Sequence(
            DerWriter.Sequence(DerWriter.Oid(entry.HashesWithSha256 ? Oids.Sha256 : Oids.Sha1), DerWriter.Null()),
            DerWriter.OctetString(Hash(entry, authority.Subject.Encoded.Span)),
            DerWriter.OctetString(Hash(entry, authority.Key.PublicKeyBits.Span)),
            DerWriter.RawInteger(entry.Serial.Span)),
        Status(entry.Status),
        DerWriter.GeneralizedTime(entry.ThisUpdate),
        entry.NextUpdate is { } next ? DerWriter.Context(0, DerWriter.GeneralizedTime(next)) : []);

    private static byte[] Status(OcspStatus status) => status switch
    {
        OcspStatus.Good => DerWriter.ContextPrimitive(0, []),
        OcspStatus.Revoked revoked => DerWriter.Context(1, DerWriter.Concat(
            DerWriter.GeneralizedTime(revoked.At),
            revoked.Reason is { } reason ? DerWriter.Context(0, DerWriter.Enumerated((int)reason)) : [])),
        _ => DerWriter.ContextPrimitive(2, []),
    };

    private static byte[] Hash(OcspEntry entry, ReadOnlySpan<byte> data) =>
        entry.HashesWithSha256 ? SHA256.HashData(data) : SHA1.HashData(data);

    private static byte[] SubjectOf(ForgedIdentity responder)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(responder.Leaf.Span);
        return certificate.SubjectName.RawData;
    }
}
