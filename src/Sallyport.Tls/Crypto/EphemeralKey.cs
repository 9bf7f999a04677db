using System;
using System.Numerics;
using System.Security.Cryptography;

namespace Sallyport.Tls.Crypto;

/// <summary>One key of ours for one key exchange.</summary>
internal abstract class EphemeralKey : IDisposable
{
    /// <summary>What is sent to the peer.</summary>
    internal abstract byte[] PublicKey { get; }

    /// <summary>Makes a key for a group; null when the engine cannot compute in it.</summary>
    internal static EphemeralKey? Create(NamedGroup group) => group.Value switch
    {
        0x001D => new X25519Key(),
        0x0017 => new NistKey(ECCurve.NamedCurves.nistP256, 32),
        0x0018 => new NistKey(ECCurve.NamedCurves.nistP384, 48),
        0x0019 => new NistKey(ECCurve.NamedCurves.nistP521, 66),
        _ => null,
    };

    internal static bool Supports(NamedGroup group) => group.Value is 0x001D or >= 0x0017 and <= 0x0019;

    /// <summary>The shared secret, or null when the peer's value is not a point, or not a safe one.</summary>
    internal abstract byte[]? Derive(ReadOnlySpan<byte> peer);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the key.</summary>
    protected abstract void Dispose(bool disposing);

    private sealed class X25519Key : EphemeralKey
    {
        private readonly byte[] _private = X25519.NewPrivateKey();

        internal X25519Key() => PublicKey = X25519.PublicKey(_private);

        internal override byte[] PublicKey { get; }

        internal override byte[]? Derive(ReadOnlySpan<byte> peer) => X25519.SharedSecret(_private, peer);

        protected override void Dispose(bool disposing) => CryptographicOperations.ZeroMemory(_private);
    }

    private sealed class NistKey : EphemeralKey
    {
        private readonly ECDiffieHellman _key;
        private readonly ECCurve _curve;
        private readonly int _size;

        internal NistKey(ECCurve curve, int size)
        {
            _curve = curve;
            _size = size;
            _key = ECDiffieHellman.Create(curve);
            ECPoint point = _key.ExportParameters(false).Q;
            PublicKey = [4, .. point.X ?? [], .. point.Y ?? []];
        }

        internal override byte[] PublicKey { get; }

        internal override byte[]? Derive(ReadOnlySpan<byte> peer)
        {
            if (peer.Length != 1 + (2 * _size) || peer[0] != 4)
            {
                return null;
            }

            try
            {
                var point = new ECPoint { X = peer.Slice(1, _size).ToArray(), Y = peer[(1 + _size)..].ToArray() };
                using var other = ECDiffieHellman.Create(new ECParameters { Curve = _curve, Q = point });
                return _key.DeriveRawSecretAgreement(other.PublicKey);
            }
            catch (CryptographicException)
            {
                // Not on the curve.
                return null;
            }
        }

        protected override void Dispose(bool disposing) => _key.Dispose();
    }

    /// <summary>Diffie-Hellman in the group a TLS 1.2 server named (RFC 5246, section 7.4.3).</summary>
    internal sealed class FiniteFieldKey : EphemeralKey
    {
        private const int MaxBytes = 1024;
        private readonly BigInteger _prime;
        private readonly BigInteger _exponent;

        private FiniteFieldKey(BigInteger prime, BigInteger generator)
        {
            _prime = prime;
            _exponent = new BigInteger(RandomNumberGenerator.GetBytes(32), isUnsigned: true) + 2;
            PublicKey = BigInteger.ModPow(generator, _exponent, prime).ToByteArray(isUnsigned: true, isBigEndian: true);
        }

        internal override byte[] PublicKey { get; }

        internal static FiniteFieldKey? Create(ReadOnlySpan<byte> prime, ReadOnlySpan<byte> generator)
        {
            if (prime.Length is 0 or > MaxBytes || generator.Length > MaxBytes)
            {
                return null;
            }

            var p = new BigInteger(prime, isUnsigned: true, isBigEndian: true);
            var g = new BigInteger(generator, isUnsigned: true, isBigEndian: true);
            return p < 5 || p.IsEven || g < 2 || g >= p ? null : new FiniteFieldKey(p, g);
        }

        internal override byte[]? Derive(ReadOnlySpan<byte> peer)
        {
            if (peer.Length > MaxBytes)
            {
                return null;
            }

            var y = new BigInteger(peer, isUnsigned: true, isBigEndian: true);
            return y < 2 || y >= _prime - 1
                ? null
                : BigInteger.ModPow(y, _exponent, _prime).ToByteArray(isUnsigned: true, isBigEndian: true);
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
