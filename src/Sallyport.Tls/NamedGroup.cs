using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Sallyport.Tls;

/// <summary>A key exchange group: an elliptic curve, a finite field or a hybrid with a post-quantum part.</summary>
/// <param name="Value">The two bytes of the wire.</param>
/// <remarks>IANA "TLS Supported Groups". An unknown number has a name such as "0x4242".</remarks>
public readonly record struct NamedGroup(ushort Value)
{
    /// <summary>P-256.</summary>
    public static NamedGroup Secp256R1 { get; } = new(0x0017);

    /// <summary>P-384.</summary>
    public static NamedGroup Secp384R1 { get; } = new(0x0018);

    /// <summary>P-521.</summary>
    public static NamedGroup Secp521R1 { get; } = new(0x0019);

    /// <summary>X25519, RFC 7748.</summary>
    public static NamedGroup X25519 { get; } = new(0x001D);

    /// <summary>X448, RFC 7748.</summary>
    public static NamedGroup X448 { get; } = new(0x001E);

    /// <summary>The hybrid of X25519 and ML-KEM-768.</summary>
    public static NamedGroup X25519MlKem768 { get; } = new(0x11EC);

    // Never written after this; a frozen one costs a cold start more than it gives back.
    private static readonly Dictionary<ushort, (string Name, int Bits)> Rows = new()
    {
        [1] = ("sect163k1", 163),
        [2] = ("sect163r1", 163),
        [3] = ("sect163r2", 163),
        [4] = ("sect193r1", 193),
        [5] = ("sect193r2", 193),
        [6] = ("sect233k1", 233),
        [7] = ("sect233r1", 233),
        [8] = ("sect239k1", 239),
        [9] = ("sect283k1", 283),
        [10] = ("sect283r1", 283),
        [11] = ("sect409k1", 409),
        [12] = ("sect409r1", 409),
        [13] = ("sect571k1", 571),
        [14] = ("sect571r1", 571),
        [15] = ("secp160k1", 160),
        [16] = ("secp160r1", 160),
        [17] = ("secp160r2", 160),
        [18] = ("secp192k1", 192),
        [19] = ("secp192r1", 192),
        [20] = ("secp224k1", 224),
        [21] = ("secp224r1", 224),
        [22] = ("secp256k1", 256),
        [23] = ("secp256r1", 256),
        [24] = ("secp384r1", 384),
        [25] = ("secp521r1", 521),
        [26] = ("brainpoolP256r1", 256),
        [27] = ("brainpoolP384r1", 384),
        [28] = ("brainpoolP512r1", 512),
        [29] = ("x25519", 255),
        [30] = ("x448", 448),
        [31] = ("brainpoolP256r1tls13", 256),
        [32] = ("brainpoolP384r1tls13", 384),
        [33] = ("brainpoolP512r1tls13", 512),
        [34] = ("GC256A", 256),
        [35] = ("GC256B", 256),
        [36] = ("GC256C", 256),
        [37] = ("GC256D", 256),
        [38] = ("GC512A", 512),
        [39] = ("GC512B", 512),
        [40] = ("GC512C", 512),
        [41] = ("curveSM2", 256),
        [0x0100] = ("ffdhe2048", 2048),
        [0x0101] = ("ffdhe3072", 3072),
        [0x0102] = ("ffdhe4096", 4096),
        [0x0103] = ("ffdhe6144", 6144),
        [0x0104] = ("ffdhe8192", 8192),
        [0x0200] = ("MLKEM512", 512),
        [0x0201] = ("MLKEM768", 768),
        [0x0202] = ("MLKEM1024", 1024),
        [0x11EB] = ("SecP256r1MLKEM768", 768),
        [0x11EC] = ("X25519MLKEM768", 768),
        [0x11ED] = ("SecP384r1MLKEM1024", 1024),
        [0x6399] = ("X25519Kyber768Draft00", 768),
        [0x639A] = ("SecP256r1Kyber768Draft00", 768),
    };

    /// <summary>Every group that the registry names, in numeric order.</summary>
    public static ImmutableArray<NamedGroup> All { get; } = [.. Rows.Keys.Order().Select(static number => new NamedGroup(number))];

    /// <summary>Whether the registry names the number.</summary>
    public bool IsKnown => Rows.ContainsKey(Value);

    /// <summary>The registry's name; "GREASE" for a reserved number; an unknown number as "0x4242".</summary>
    public string Name => Rows.TryGetValue(Value, out (string Name, int Bits) row) ? row.Name : Grease.IsReserved(Value) ? "GREASE" : $"0x{Value:X4}";

    /// <summary>Size of the field in bits (of the lattice parameter for ML-KEM); 0 when unknown.</summary>
    public int Bits => Rows.TryGetValue(Value, out (string Name, int Bits) row) ? row.Bits : 0;

    /// <summary>Whether a part of it resists quantum computers.</summary>
    public bool IsPostQuantum => Value is >= 0x0200 and <= 0x0202 or >= 0x11EB and <= 0x11ED or 0x6399 or 0x639A;

    /// <summary>Whether it is a finite field (RFC 7919) rather than a curve.</summary>
    public bool IsFiniteField => Value is >= 0x0100 and <= 0x01FF;

    /// <summary>Whether it may be used in TLS 1.3.</summary>
    /// <remarks>RFC 8446, section 4.2.7, RFC 8734, RFC 8998, RFC 9367 and the ML-KEM drafts.</remarks>
    public bool IsTls13 => Value is >= 23 and <= 25 or >= 29 and <= 41 or >= 0x0100 and <= 0x0104 || IsPostQuantum;

    /// <summary>Whether it is below 224 bits, or a binary curve (sect…), which RFC 8422 retired.</summary>
    public bool IsWeak => Value is >= 1 and <= 19;

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
