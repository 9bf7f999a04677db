using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Sallyport.Tls.Hello;

/// <summary>The registry cut into hellos: what servers usually have comes first, so that one chunk mostly holds it all.</summary>
internal static class SuiteChunks
{
    internal static ImmutableArray<CipherSuite> Tls13 { get; } = [.. CipherSuite.All.Where(static suite => suite.IsTls13)];

    internal static ImmutableArray<ImmutableArray<CipherSuite>> For(TlsVersion version, int size)
    {
        IEnumerable<CipherSuite> suites = version == TlsVersion.Tls13
            ? Tls13
            : CipherSuite.All
                .Where(suite => suite is { IsTls13: false, IsScsv: false } && (version == TlsVersion.Tls12 || !NeedsTls12(suite)))
                .OrderBy(Rank)
                .ThenByDescending(static suite => suite.IsForwardSecret)
                .ThenByDescending(static suite => suite.StrengthBits);
        return [.. suites.Chunk(size).Select(static chunk => chunk.ToImmutableArray())];
    }

    /// <summary>AEAD suites, and CBC ones whose PRF is SHA-2, do not exist before TLS 1.2; PSK's may (RFC 5487, section 3).</summary>
    private static bool NeedsTls12(CipherSuite suite) =>
        suite.IsAead || (suite.Mac is "SHA256" or "SHA384" && !suite.KeyExchange.Contains("PSK", System.StringComparison.Ordinal));

    private static int Rank(CipherSuite suite)
    {
        bool usualExchange = (suite.KeyExchange is "ECDHE" or "DHE" or "RSA" && suite.Authentication is "RSA")
            || suite is { KeyExchange: "ECDHE", Authentication: "ECDSA" };
        if (!usualExchange || suite.IsExport)
        {
            return 3;
        }

        string cipher = suite.Encryption;
        return cipher.StartsWith("AES", System.StringComparison.Ordinal) || cipher.StartsWith("CHACHA20", System.StringComparison.Ordinal)
            ? 0
            : cipher is "CAMELLIA_128_CBC" or "CAMELLIA_256_CBC" or "ARIA_128_GCM" or "ARIA_256_GCM" or "3DES_EDE_CBC" ? 1 : 2;
    }
}
