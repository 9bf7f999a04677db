using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Hello;

/// <summary>Key shares that look right to a server, for probes that never derive a key; the private parts are thrown away.</summary>
internal static class ProbeKeyShares
{
    internal static ImmutableArray<KeyShareEntry>? For(HelloRequest request) =>
        request.KeyShareGroups is { } groups ? [.. groups.Select(static group => new KeyShareEntry(group, Make(group)))] : null;

    internal static byte[] Make(NamedGroup group) => group.Value switch
    {
        0x0017 => Point(ECCurve.NamedCurves.nistP256),
        0x0018 => Point(ECCurve.NamedCurves.nistP384),
        0x0019 => Point(ECCurve.NamedCurves.nistP521),
        0x001E => RandomNumberGenerator.GetBytes(56),
        >= 0x0100 and <= 0x0104 => FieldElement(group.Bits / 8),
        0x0200 => LatticeKey(2),
        0x0201 => LatticeKey(3),
        0x0202 => LatticeKey(4),
        0x11EB => [.. Point(ECCurve.NamedCurves.nistP256), .. LatticeKey(3)],
        0x11EC => [.. LatticeKey(3), .. RandomNumberGenerator.GetBytes(32)],
        0x11ED => [.. Point(ECCurve.NamedCurves.nistP384), .. LatticeKey(4)],
        0x6399 => [.. RandomNumberGenerator.GetBytes(32), .. LatticeKey(3)],
        0x639A => [.. Point(ECCurve.NamedCurves.nistP256), .. LatticeKey(3)],
        _ => RandomNumberGenerator.GetBytes(32),
    };

    private static byte[] Point(ECCurve curve)
    {
        using var key = ECDiffieHellman.Create(curve);
        ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
        return [4, .. parameters.Q.X ?? [], .. parameters.Q.Y ?? []];
    }

    /// <summary>Below every prime of RFC 7919, whose first 64 bits are ones.</summary>
    private static byte[] FieldElement(int bytes)
    {
        byte[] element = RandomNumberGenerator.GetBytes(bytes);
        element[0] &= 0x7F;
        return element;
    }

    /// <summary>An ML-KEM encapsulation key: 12-bit coefficients below 3329 as the modulus check demands, and a 32-byte seed.</summary>
    /// <remarks>FIPS 203, section 7.2.</remarks>
    private static byte[] LatticeKey(int rank)
    {
        byte[] key = RandomNumberGenerator.GetBytes((384 * rank) + 32);
        for (int i = 0; i < 384 * rank; i += 3)
        {
            // Two coefficients share three bytes; clearing their top bits keeps both below 2048.
            key[i + 1] &= 0xF7;
            key[i + 2] &= 0x7F;
        }

        return key;
    }
}
