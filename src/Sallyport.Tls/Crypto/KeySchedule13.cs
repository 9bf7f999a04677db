using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Tls.Crypto;

/// <summary>The TLS 1.3 key schedule as pure functions.</summary>
/// <remarks>RFC 8446, section 7.1.</remarks>
internal static class KeySchedule13
{
    internal static int HashLength(HashAlgorithmName hash) => hash == HashAlgorithmName.SHA384 ? 48 : hash == HashAlgorithmName.SHA512 ? 64 : 32;

    internal static byte[] Hash(HashAlgorithmName hash, ReadOnlySpan<byte> data) => CryptographicOperations.HashData(hash, data);

    internal static byte[] ExpandLabel(HashAlgorithmName hash, ReadOnlySpan<byte> secret, string label, ReadOnlySpan<byte> context, int length)
    {
        Span<byte> info = stackalloc byte[2 + 1 + 255 + 1 + 255];
        BinaryPrimitives.WriteUInt16BigEndian(info, (ushort)length);
        int labelLength = Encoding.ASCII.GetBytes("tls13 " + label, info[3..]);
        info[2] = (byte)labelLength;
        info[3 + labelLength] = (byte)context.Length;
        context.CopyTo(info[(4 + labelLength)..]);
        var output = new byte[length];
        HKDF.Expand(hash, secret, output, info[..(4 + labelLength + context.Length)]);
        return output;
    }

    internal static byte[] DeriveSecret(HashAlgorithmName hash, ReadOnlySpan<byte> secret, string label, ReadOnlySpan<byte> transcriptHash) =>
        ExpandLabel(hash, secret, label, transcriptHash, HashLength(hash));

    /// <summary>The early secret; without a PSK the input is zeros.</summary>
    internal static byte[] EarlySecret(HashAlgorithmName hash, ReadOnlySpan<byte> psk) =>
        Extract(hash, psk.IsEmpty ? new byte[HashLength(hash)] : psk.ToArray(), new byte[HashLength(hash)]);

    internal static byte[] BinderKey(HashAlgorithmName hash, ReadOnlySpan<byte> earlySecret) =>
        DeriveSecret(hash, earlySecret, "res binder", Hash(hash, []));

    internal static byte[] HandshakeSecret(HashAlgorithmName hash, ReadOnlySpan<byte> earlySecret, ReadOnlySpan<byte> shared) =>
        Extract(hash, shared.IsEmpty ? new byte[HashLength(hash)] : shared.ToArray(), DeriveSecret(hash, earlySecret, "derived", Hash(hash, [])));

    internal static byte[] MasterSecret(HashAlgorithmName hash, ReadOnlySpan<byte> handshakeSecret) =>
        Extract(hash, new byte[HashLength(hash)], DeriveSecret(hash, handshakeSecret, "derived", Hash(hash, [])));

    /// <summary>The verify_data of Finished, and the PSK binder.</summary>
    internal static byte[] FinishedMac(HashAlgorithmName hash, ReadOnlySpan<byte> baseKey, ReadOnlySpan<byte> transcriptHash) =>
        CryptographicOperations.HmacData(hash, ExpandLabel(hash, baseKey, "finished", [], HashLength(hash)), transcriptHash);

    internal static byte[] NextTrafficSecret(HashAlgorithmName hash, ReadOnlySpan<byte> secret) =>
        ExpandLabel(hash, secret, "traffic upd", [], HashLength(hash));

    internal static byte[] ResumptionPsk(HashAlgorithmName hash, ReadOnlySpan<byte> resumptionSecret, ReadOnlySpan<byte> nonce) =>
        ExpandLabel(hash, resumptionSecret, "resumption", nonce, HashLength(hash));

    private static byte[] Extract(HashAlgorithmName hash, byte[] input, byte[] salt) => HKDF.Extract(hash, input, salt);
}
