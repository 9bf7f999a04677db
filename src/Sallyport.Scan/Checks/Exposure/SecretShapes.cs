using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace Sallyport.Scan.Checks.Exposure;

/// <summary>Finds credentials in a text by shapes that carry their own proof: a checksum, a fixed prefix, or enough entropy.</summary>
internal static partial class SecretShapes
{
    private const int MaxText = 1024 * 1024;
    private const double Random = 3.5;

    /// <summary>What was found.</summary>
    /// <param name="Kind">The variant, such as <c>github</c>.</param>
    /// <param name="Shape">Its first characters; never the secret.</param>
    /// <param name="Certain">Whether the shape proves itself; else it is a suspicion.</param>
    internal sealed record Find(string Kind, string Shape, bool Certain);

    /// <summary>Looks through a text.</summary>
    /// <param name="text">An answer's body.</param>
    public static IEnumerable<Find> In(string text)
    {
        text = text.Length <= MaxText ? text : text[..MaxText];
        foreach (Match match in Aws().Matches(text))
        {
            // AKIAIOSFODNN7EXAMPLE and its like stand in every manual.
            if (!match.Value.EndsWith("EXAMPLE", StringComparison.Ordinal))
            {
                yield return new("aws", match.Value[..8], Certain: true);
            }
        }

        foreach (Match match in Github().Matches(text))
        {
            if (IsGithub(match.Value))
            {
                yield return new("github", match.Value[..8], Certain: true);
            }
        }

        foreach (Match match in Slack().Matches(text))
        {
            yield return new("slack", match.Value[..8], Entropy(match.Value[5..]) > Random);
        }

        foreach (Match match in Stripe().Matches(text))
        {
            yield return new("stripe", match.Value[..11], Entropy(match.Value[8..]) > Random);
        }

        foreach (Match match in PrivateKeys().Matches(text))
        {
            yield return new("private-key", match.Value, Certain: true);
        }

        foreach (Match match in ConnectionStrings().Matches(text))
        {
            string password = match.Groups["password"].Value;
            if (password.Length > 0 && password.Trim('*', 'x', 'X', '.', '<', '>', '$', '{', '}').Length > 0)
            {
                yield return new("connection-string", match.Value[..Math.Min(8, match.Value.Length)], Certain: true);
            }
        }
    }

    /// <summary>Whether a token ends in the CRC-32 of what stands before, base 62, six characters: GitHub's own format of 2021.</summary>
    /// <param name="token">The whole token, such as <c>ghp_…</c>.</param>
    internal static bool IsGithub(string token)
    {
        string random = token[4..^6];
        uint checksum = Crc32(Encoding.ASCII.GetBytes(random));
        const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        StringBuilder text = new();
        for (int i = 0; i < 6; i++)
        {
            text.Insert(0, Alphabet[(int)(checksum % 62)]);
            checksum /= 62;
        }

        return token.EndsWith(text.ToString(), StringComparison.Ordinal);
    }

    // CRC-32 as in ISO/IEC 8802-3 (reflected, 0xEDB88320); the BCL has it in a package of its own only.
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte one in bytes)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320u & (uint)-(int)(crc & 1));
            }
        }

        return ~crc;
    }

    /// <summary>Bits of Shannon entropy a character.</summary>
    /// <param name="text">The text.</param>
    internal static double Entropy(string text) => text.Length == 0
        ? 0
        : text.GroupBy(static c => c).Select(group => (double)group.Count() / text.Length).Sum(static p => -p * Math.Log2(p));

    [GeneratedRegex(@"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Aws();

    [GeneratedRegex(@"\bgh[pousr]_[A-Za-z0-9]{36}\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Github();

    [GeneratedRegex(@"\bxox[abprs]-[A-Za-z0-9-]{20,80}\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Slack();

    [GeneratedRegex(@"\b[sr]k_live_[A-Za-z0-9]{20,100}\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Stripe();

    [GeneratedRegex("-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex PrivateKeys();

    [GeneratedRegex(
        @"(?:(?:Server|Data Source|Host)=[^;""']{1,200};[^""'<]{0,300}?(?:Password|Pwd)=(?<password>[^;""'\s]{1,100}))|(?:(?:postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|amqps?)://[^\s:/@""']{0,100}:(?<password>[^\s@/""']{1,100})@)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex ConnectionStrings();
}
