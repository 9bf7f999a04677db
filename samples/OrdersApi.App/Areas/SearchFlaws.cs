using System;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;
using OrdersApi.App.Data;

namespace OrdersApi.App.Areas;

/// <summary>What searching and reading files can do wrong with the words of the caller.</summary>
internal static class SearchFlaws
{
    private const int LongestFile = 64 * 1024;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    /// <summary>The search with its words in the SQL.</summary>
    public static ImmutableArray<Order> BySqlText(Shop shop, string owner, string words, int limit) => shop.Data.ReadRaw(
        $"""
        SELECT id, owner, item, quantity, status, note FROM orders
        WHERE owner = '{owner}' AND item = '{words}' OR owner = '{owner}' AND item LIKE '%{words}%' ORDER BY id LIMIT {limit}
        """,
        row => new Order(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetString(4), row.GetString(5)));

    /// <summary>A template engine that multiplies.</summary>
    public static string Evaluated(string text) => Regex.Replace(
        text,
        @"\{\{\s*(?<left>[0-9]{1,6})\s*\*\s*(?<right>[0-9]{1,6})\s*\}\}",
        match => (long.Parse(match.Groups["left"].ValueSpan, CultureInfo.InvariantCulture) * long.Parse(match.Groups["right"].ValueSpan, CultureInfo.InvariantCulture))
            .ToString(CultureInfo.InvariantCulture),
        RegexOptions.ExplicitCapture,
        _patience);

    /// <summary>Whether the words look like words; the pattern tries every way to cut them into pieces.</summary>
    public static bool LookLikeWords(string text)
    {
        try
        {
            return Regex.IsMatch(text, @"^(\w+\s?)*$", RegexOptions.ExplicitCapture, _patience);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    /// <summary>A file of this machine; null when there is none.</summary>
    public static string? FileAt(string name)
    {
        var file = Path.GetFullPath(Path.Combine("/srv/orders/files", Uri.UnescapeDataString(name)));
        if (!File.Exists(file))
        {
            return null;
        }

        using var reader = new StreamReader(file);
        var text = new char[LongestFile];
        return new string(text, 0, reader.ReadBlock(text));
    }
}
