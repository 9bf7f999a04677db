using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Threading;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>Remembers that a token's signature verified under a key: a fact, for a bounded number of tokens. Never a decision.</summary>
/// <remarks>
/// Found by the SHA-256 of the whole token; the key is compared by whoever asks, with the key that counts now. Only tokens that
/// verified get in, so a stranger cannot push others out. Readers and writers take no lock: a slot is replaced whole.
/// </remarks>
internal sealed class VerifiedSignatures
{
    private const int Ways = 4;
    private readonly Entry?[] _slots;
    private int _next;

    /// <summary>Makes room for at least as many tokens; none for zero.</summary>
    public VerifiedSignatures(int capacity) =>
        _slots = new Entry?[capacity == 0 ? 0 : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, Ways))];

    /// <summary>Finds what verified before.</summary>
    /// <param name="hash">The SHA-256 of the token.</param>
    /// <returns>What the token says, and the key that its signature verified under; null when nothing is known.</returns>
    public Entry? Find(ReadOnlySpan<byte> hash)
    {
        if (_slots.Length == 0)
        {
            return null;
        }

        int first = First(hash);
        for (int way = 0; way < Ways; way++)
        {
            Entry? entry = Volatile.Read(ref _slots[first + way]);
            if (entry is not null && CryptographicOperations.FixedTimeEquals(entry.Hash.Span, hash))
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>Keeps that a token verified.</summary>
    public void Add(ReadOnlySpan<byte> hash, TokenContent content, VerificationKey key, DateTimeOffset now)
    {
        if (_slots.Length == 0)
        {
            return;
        }

        // Into its own slot, an empty one, one whose token has ended, or in turn.
        int first = First(hash);
        int chosen = -1;
        for (int way = 0; way < Ways; way++)
        {
            Entry? entry = Volatile.Read(ref _slots[first + way]);
            if (entry is not null && CryptographicOperations.FixedTimeEquals(entry.Hash.Span, hash))
            {
                chosen = way;
                break;
            }

            if (chosen < 0 && (entry is null || entry.Content.ExpiresAt < now))
            {
                chosen = way;
            }
        }

        if (chosen < 0)
        {
            chosen = (int)((uint)Interlocked.Increment(ref _next) % Ways);
        }

        Volatile.Write(ref _slots[first + chosen], new Entry(hash.ToArray(), content, key));
    }

    private int First(ReadOnlySpan<byte> hash) => (int)(BinaryPrimitives.ReadUInt32LittleEndian(hash) & (uint)(_slots.Length - 1)) & ~(Ways - 1);

    /// <summary>A token that verified.</summary>
    internal sealed record Entry(ReadOnlyMemory<byte> Hash, TokenContent Content, VerificationKey Key);
}
