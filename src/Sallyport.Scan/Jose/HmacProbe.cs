using System;
using System.Security.Cryptography;

namespace Sallyport.Scan.Jose;

/// <summary>Tries one key after the other on one signed text, without allocating. Not for signing: nothing here is constant in time.</summary>
/// <remarks>
/// HMAC written out (RFC 2104): the one-shot call of the framework sets a context up for every key, which costs more than the
/// hashing itself on texts as short as a token.
/// </remarks>
internal sealed class HmacProbe
{
    private readonly int _block;
    private readonly byte[] _inner;
    private readonly byte[] _outer;
    private readonly byte[] _mac;
    private readonly byte[] _wanted;

    /// <summary>A probe for one signed text.</summary>
    /// <param name="algorithm">HS256, HS384 or HS512.</param>
    /// <param name="input">What was signed.</param>
    /// <param name="wanted">The signature.</param>
    public HmacProbe(string algorithm, ReadOnlySpan<byte> input, byte[] wanted)
    {
        _block = algorithm == "HS256" ? 64 : 128;
        _wanted = wanted;
        _mac = new byte[wanted.Length];
        _inner = new byte[_block + input.Length];
        _outer = new byte[_block + wanted.Length];
        input.CopyTo(_inner.AsSpan(_block));
    }

    /// <summary>Whether a key made the signature.</summary>
    /// <param name="key">The key; longer than a block is hashed first, as HMAC wants it.</param>
    public bool Fits(scoped ReadOnlySpan<byte> key)
    {
        Span<byte> hashed = stackalloc byte[64];
        if (key.Length > _block)
        {
            hashed = hashed[..Hash(key, hashed)];
            key = hashed;
        }

        Pad(_inner.AsSpan(0, _block), key, 0x36);
        Pad(_outer.AsSpan(0, _block), key, 0x5C);
        Hash(_inner, _outer.AsSpan(_block));
        Hash(_outer, _mac);
        return _mac.AsSpan().SequenceEqual(_wanted);
    }

    private static void Pad(Span<byte> block, ReadOnlySpan<byte> key, byte pad)
    {
        block.Fill(pad);
        for (int i = 0; i < key.Length; i++)
        {
            block[i] ^= key[i];
        }
    }

    private int Hash(ReadOnlySpan<byte> input, Span<byte> output) => _wanted.Length switch
    {
        32 => SHA256.HashData(input, output),
        48 => SHA384.HashData(input, output),
        _ => SHA512.HashData(input, output),
    };
}
