using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;

namespace Sallyport.Certificates.Chain;

/// <summary>Loaded elliptic curve keys of the operator's own issuers.</summary>
/// <remarks>
/// Loading a key costs the platform as much as a signature check (it proves the point's order). A key object serves one thread at a
/// time, so each is lent and given back; a few are kept a key.
/// </remarks>
internal sealed class KeyPool
{
    private const int MaxIdle = 16;

    private readonly FrozenDictionary<Octets, ConcurrentQueue<ECDsa>> _idle;

    public KeyPool(IEnumerable<PublicKeyProfile> keys) =>
        _idle = keys.Where(static k => k.Kind == PublicKeyKind.EllipticCurve)
            .Select(static k => k.Pin)
            .ToImmutableHashSet()
            .ToFrozenDictionary(static pin => pin, static _ => new ConcurrentQueue<ECDsa>());

    public static KeyPool Empty { get; } = new([]);

    /// <summary>Lends a loaded key; a freshly loaded one when none is idle.</summary>
    public ECDsa Rent(PublicKeyProfile key)
    {
        if (_idle.TryGetValue(key.Pin, out ConcurrentQueue<ECDsa>? idle) && idle.TryDequeue(out ECDsa? loaded))
        {
            return loaded;
        }

        ECDsa ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo.Span, out _);
            return ecdsa;
        }
        catch (CryptographicException)
        {
            ecdsa.Dispose();
            throw;
        }
    }

    /// <summary>Takes a key back; strangers' keys are let go.</summary>
    public void Return(PublicKeyProfile key, ECDsa loaded)
    {
        if (_idle.TryGetValue(key.Pin, out ConcurrentQueue<ECDsa>? idle) && idle.Count < MaxIdle)
        {
            idle.Enqueue(loaded);
        }
        else
        {
            loaded.Dispose();
        }
    }
}
