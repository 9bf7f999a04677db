using System;
using System.Collections.Immutable;
using System.Linq;

namespace Sallyport.Tls;

/// <summary>Reserved numbers that a tolerant server must ignore, RFC 8701.</summary>
internal static class Grease
{
    /// <summary>0x0A0A, 0x1A1A … 0xFAFA: suites, groups, extensions, versions and signature schemes share them.</summary>
    internal static ImmutableArray<ushort> Values { get; } = [.. Enumerable.Range(0, 16).Select(static n => (ushort)((n * 0x1010) + 0x0A0A))];

    internal static bool IsReserved(ushort value) => (value & 0x0F0F) == 0x0A0A && value >> 8 == (value & 0xFF);

    /// <summary>A reserved number chosen by a byte, so that callers with their own randomness stay repeatable.</summary>
    internal static ushort Pick(byte seed) => Values[seed & 0x0F];

    internal static bool IsReservedName(ReadOnlySpan<byte> protocol) =>
        protocol.Length == 2 && protocol[0] == protocol[1] && (protocol[0] & 0x0F) == 0x0A;
}
