using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;

namespace Sallyport.Scan.Jose;

/// <summary>The built-in secrets that <see cref="HmacDictionary"/> tries, and what is usually done to a word to make it look like one.</summary>
internal static class SecretList
{
    private const string Resource = "Sallyport.Scan.Jose.secrets.txt";

    /// <summary>The entries as they stand in the list.</summary>
    public static ImmutableArray<string> Entries { get; } = Read();

    /// <summary>What is put behind a word.</summary>
    public static ImmutableArray<string> Endings { get; } =
    [
        "", "1", "12", "123", "1234", "12345", "123456", "0", "00", "01", "007", "42", "69", "99", "100", "111", "666", "777", "999",
        "!", "!!", "1!", "123!", "@123", "@1", "#1", "$", "?", ".", "-", "_", "*",
        "key", "-key", "_key", "Key", "KEY", "secret", "-secret", "_secret", "Secret", "SECRET", "secretkey", "-secret-key", "_secret_key", "SecretKey",
        "jwt", "-jwt", "_jwt", "token", "-token", "_token", "Token", "pass", "password", "pwd", "salt", "sign", "hmac", "api", "-api", "app",
        "dev", "-dev", "_dev", "test", "-test", "_test", "prod", "-prod", "_prod", "local", "staging",
        "v1", "v2", "256", "512", "hs256", "HS256",
        .. Enumerable.Range(1990, 41).Select(year => year.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        .. Enumerable.Range(2000, 31).Select(year => $"@{year}"),
        .. Enumerable.Range(2000, 31).Select(year => $"{year}!"),
        .. Enumerable.Range(2000, 31).Select(year => $"-{year}"),
    ];

    /// <summary>The words of a list with their usual spellings, as bytes, each once; those that take endings first.</summary>
    /// <param name="more">Words of the target: its host, the token's issuer and audience.</param>
    /// <param name="varied">How many of them, from the first, are also tried with <see cref="Endings"/>.</param>
    public static ImmutableArray<byte[]> Words(IEnumerable<string> more, out int varied)
    {
        List<string> plain = [.. more.SelectMany(Parts).Concat(Entries).Distinct(StringComparer.Ordinal)];
        List<string> words = [.. plain.Where(IsWord).SelectMany(Spellings).Distinct(StringComparer.Ordinal)];
        varied = words.Count;
        HashSet<string> known = [.. words];
        ImmutableArray<byte[]>.Builder bytes = ImmutableArray.CreateBuilder<byte[]>();
        bytes.AddRange(words.Concat(plain.Where(known.Add)).Select(Encoding.UTF8.GetBytes));
        // A secret that was too short for a library is said twice.
        bytes.AddRange(plain.SelectMany(word => new[] { word + word, $"{word}-{word}", $"{word}_{word}", $"{word}{word}{word}{word}" }).Where(known.Add).Select(Encoding.UTF8.GetBytes));
        // What is base64 may have been meant as the bytes that it stands for.
        bytes.AddRange(plain.Select(Decoded).OfType<byte[]>());
        return bytes.ToImmutable();
    }

    private static IEnumerable<string> Parts(string text) => text.Length is 0 or > 200
        ? []
        : text.Split(['/', ':', '.', '?', '#', ' ', ','], StringSplitOptions.RemoveEmptyEntries).Where(part => part.Length >= 2).Append(text).Append(text.TrimEnd('/'));

    private static bool IsWord(string text) => text.Length <= 20 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static IEnumerable<string> Spellings(string word) =>
        [word, word.ToLowerInvariant(), word.ToUpperInvariant(), string.Concat(char.ToUpperInvariant(word[0]).ToString(), word.AsSpan(1))];

    private static byte[]? Decoded(string text)
    {
        byte[] room = new byte[text.Length];
        return text.Length >= 16 && Convert.TryFromBase64String(text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '='), room, out int written)
            ? room[..written]
            : null;
    }

    private static ImmutableArray<string> Read()
    {
        using Stream stream = typeof(SecretList).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException("The list of secrets is not in the assembly.");
        using StreamReader reader = new(stream, Encoding.UTF8);
        return [.. reader.ReadToEnd().Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0 && line[0] != '#').Distinct(StringComparer.Ordinal)];
    }
}
