using System.Collections.Immutable;
using System.Linq;

namespace Sallyport.Tls.Hello;

/// <summary>Lists that usual clients send.</summary>
internal static class HelloDefaults
{
    internal static ImmutableArray<CipherSuite> Tls13Suites { get; } = Suites(0x1301, 0x1302, 0x1303);

    internal static ImmutableArray<CipherSuite> Tls12Suites { get; } = Suites(
        0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0x009E, 0x009F, 0xCCAA, 0xC023, 0xC027, 0xC009, 0xC013, 0xC00A, 0xC014,
        0x0067, 0x006B, 0x0033, 0x0039, 0x009C, 0x009D, 0x003C, 0x003D, 0x002F, 0x0035, 0x000A);

    internal static ImmutableArray<NamedGroup> Groups { get; } =
        [NamedGroup.X25519, NamedGroup.Secp256R1, NamedGroup.Secp384R1, NamedGroup.Secp521R1, NamedGroup.X448];

    /// <summary>Curves that any TLS 1.2 server may hold, strong ones first.</summary>
    internal static ImmutableArray<NamedGroup> AllClassicGroups { get; } =
        [.. Groups, .. Enumerable.Range(1, 28).Reverse().Select(static n => new NamedGroup((ushort)n)).Where(static g => !Groups.Contains(g))];

    internal static ImmutableArray<SignatureScheme> Schemes { get; } = [
        new(0x0403), new(0x0804), new(0x0401), new(0x0503), new(0x0805), new(0x0501), new(0x0603), new(0x0806), new(0x0601),
        new(0x0807), new(0x0808), new(0x0809), new(0x080A), new(0x080B), new(0x0201), new(0x0203)];

    /// <summary>The usual list plus MD5, SHA-224 and DSA, for servers that have nothing better.</summary>
    internal static ImmutableArray<SignatureScheme> LegacySchemes { get; } = [
        .. Schemes, new(0x0301), new(0x0303), new(0x0402), new(0x0502), new(0x0602), new(0x0302), new(0x0202), new(0x0101), new(0x0102)];

    private static ImmutableArray<CipherSuite> Suites(params ushort[] numbers) => [.. numbers.Select(static n => new CipherSuite(n))];
}
