using System;
using System.Security.Cryptography;

namespace Sallyport.Forge.Der;

/// <summary>Writes and signs whole certificates and other signed structures.</summary>
internal static class CertificateWriter
{
    internal static byte[] Sign(
        CertificateSpec spec, DistinguishedName issuer, ForgeKey issuerKey, ReadOnlyMemory<byte>? issuerKeyIdentifier)
    {
        CertificateSignature signature = spec.Signature ?? issuerKey.DefaultSignature;
        byte[] toBeSigned = DerWriter.Sequence(
            spec.Version == 1 ? [] : DerWriter.Context(0, DerWriter.Integer(spec.Version - 1)),
            DerWriter.RawInteger(spec.Serial is { } serial ? serial.Span : RandomSerial()),
            ForgeKey.AlgorithmIdentifier(signature),
            (spec.Issuer ?? issuer).Encoded.ToArray(),
            DerWriter.Sequence(DerWriter.Time(spec.NotBefore), DerWriter.Time(spec.NotAfter)),
            spec.Subject.Encoded.ToArray(),
            spec.Key.SubjectPublicKeyInfo.ToArray(),
            ExtensionWriter.Extensions(spec, issuerKeyIdentifier));
        return Signed(toBeSigned, issuerKey, signature);
    }

    /// <summary>The SIGNED macro: the value, its algorithm, the signature, and what may follow it.</summary>
    internal static byte[] Signed(byte[] toBeSigned, ForgeKey key, CertificateSignature signature, byte[]? trailer = null) =>
        DerWriter.Sequence(
            toBeSigned,
            ForgeKey.AlgorithmIdentifier(signature),
            DerWriter.BitString(key.Sign(toBeSigned, signature)),
            trailer ?? []);

    /// <summary>16 octets, positive and without a leading zero octet.</summary>
    internal static byte[] RandomSerial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }
}
