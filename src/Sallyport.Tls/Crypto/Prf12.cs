using System;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Tls.Crypto;

/// <summary>The pseudo-random function of TLS 1.0 to 1.2 and what is derived with it.</summary>
/// <remarks>RFC 5246, section 5; RFC 2246, section 5 for 1.0 and 1.1; RFC 7627 for the extended master secret.</remarks>
internal static class Prf12
{
    /// <summary>Length of every master secret.</summary>
    internal const int MasterSecretLength = 48;

    /// <summary>Length of verify_data.</summary>
    internal const int VerifyDataLength = 12;

    /// <summary>Computes the function; <paramref name="hash"/> MD5 stands for the MD5 and SHA-1 mixture of TLS 1.0 and 1.1.</summary>
    internal static byte[] Compute(HashAlgorithmName hash, ReadOnlySpan<byte> secret, string label, ReadOnlySpan<byte> seed, int length)
    {
        byte[] labelled = [.. Encoding.ASCII.GetBytes(label), .. seed];
        if (hash != HashAlgorithmName.MD5)
        {
            return Expand(hash, secret, labelled, length);
        }

        int half = (secret.Length + 1) / 2;
        byte[] result = Expand(HashAlgorithmName.MD5, secret[..half], labelled, length);
        byte[] other = Expand(HashAlgorithmName.SHA1, secret[^half..], labelled, length);
        for (int i = 0; i < length; i++)
        {
            result[i] ^= other[i];
        }

        return result;
    }

    internal static byte[] MasterSecret(HashAlgorithmName hash, ReadOnlySpan<byte> premaster, ReadOnlySpan<byte> clientRandom, ReadOnlySpan<byte> serverRandom) =>
        Compute(hash, premaster, "master secret", [.. clientRandom, .. serverRandom], MasterSecretLength);

    internal static byte[] ExtendedMasterSecret(HashAlgorithmName hash, ReadOnlySpan<byte> premaster, ReadOnlySpan<byte> sessionHash) =>
        Compute(hash, premaster, "extended master secret", sessionHash, MasterSecretLength);

    internal static byte[] KeyBlock(HashAlgorithmName hash, ReadOnlySpan<byte> master, ReadOnlySpan<byte> clientRandom, ReadOnlySpan<byte> serverRandom, int length) =>
        Compute(hash, master, "key expansion", [.. serverRandom, .. clientRandom], length);

    internal static byte[] VerifyData(HashAlgorithmName hash, ReadOnlySpan<byte> master, bool client, ReadOnlySpan<byte> transcriptHash) =>
        Compute(hash, master, client ? "client finished" : "server finished", transcriptHash, VerifyDataLength);

    /// <summary>The hash of the messages that Finished and the session hash use; MD5 stands for MD5 followed by SHA-1.</summary>
    internal static byte[] TranscriptHash(HashAlgorithmName hash, ReadOnlySpan<byte> messages) =>
        hash == HashAlgorithmName.MD5
            ? [.. MD5.HashData(messages), .. SHA1.HashData(messages)]
            : CryptographicOperations.HashData(hash, messages);

    private static byte[] Expand(HashAlgorithmName hash, ReadOnlySpan<byte> secret, byte[] seed, int length)
    {
        var output = new byte[length];
        byte[] key = secret.ToArray();
        byte[] a = CryptographicOperations.HmacData(hash, key, seed);
        int written = 0;
        while (written < length)
        {
            byte[] input = [.. a, .. seed];
            byte[] block = CryptographicOperations.HmacData(hash, key, input);
            int take = Math.Min(block.Length, length - written);
            block.AsSpan(0, take).CopyTo(output.AsSpan(written));
            written += take;
            a = CryptographicOperations.HmacData(hash, key, a);
        }

        CryptographicOperations.ZeroMemory(key);
        return output;
    }
}
