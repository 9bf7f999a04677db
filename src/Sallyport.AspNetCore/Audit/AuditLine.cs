using System;
using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Sallyport.AspNetCore.Audit;

/// <summary>A record as one line of JSON that is ASCII only, whatever a peer sent: no control character, no line end of any alphabet, no half surrogate.</summary>
/// <remarks>The chain field is always the last one, so that the line up to it is exactly what the chain value covers.</remarks>
internal static class AuditLine
{
    /// <summary>What stands before the chain value.</summary>
    public static ReadOnlySpan<byte> ChainField => ",\"chain\":\""u8;

    /// <summary>What stands after it.</summary>
    public static ReadOnlySpan<byte> End => "\"}\n"u8;

    /// <summary>The most characters of a name or code that are kept.</summary>
    private const int MaxName = 512;

    /// <summary>The most characters of a detail that are kept.</summary>
    private const int MaxDetail = 2_048;

    /// <summary>The longest line there can be, every character escaped, with room to spare.</summary>
    public const int MaxBytes = 65_536;

    /// <summary>Writes the line as far as the chain field.</summary>
    public static void WriteContent(IBufferWriter<byte> output, in AuditEntry entry)
    {
        Ascii(output, string.Create(CultureInfo.InvariantCulture, $"{{\"seq\":{entry.Sequence},\"time\":\"{entry.Time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'}\",\"kind\":\"{Word(entry.Happened.Kind)}\""));
        Field(output, "reason", entry.Happened.Reason, MaxName);
        Field(output, "remote", entry.Happened.Remote?.ToString(), MaxName);
        Field(output, "certificate", entry.Happened.Certificate?.ToHex(), MaxName);
        Field(output, "identity", entry.Happened.Identity, MaxName);
        Field(output, "route", entry.Happened.Route, MaxName);
        Field(output, "detail", entry.Happened.Detail, MaxDetail);
        if (entry.Repeats > 0)
        {
            Ascii(output, string.Create(CultureInfo.InvariantCulture, $",\"repeats\":{entry.Repeats}"));
        }

        Field(output, "previous", entry.Previous is { } previous ? Base64Url.EncodeToString(previous) : null, MaxName);
    }

    /// <summary>Writes the chain value and the line's end.</summary>
    public static void WriteEnd(IBufferWriter<byte> output, ReadOnlySpan<byte> chain)
    {
        output.Write(ChainField);
        Ascii(output, Base64Url.EncodeToString(chain));
        output.Write(End);
    }

    /// <summary>Makes text fit for a JSON string: printable ASCII stays, everything else is <c>\u</c> and four digits, half surrogates become U+FFFD.</summary>
    public static string Escape(string text, int limit)
    {
        var escaped = new StringBuilder(Math.Min(text.Length, limit) + 16);
        for (int i = 0; i < text.Length; i++)
        {
            if (i >= limit && !char.IsLowSurrogate(text[i]))
            {
                // An ellipsis: the reader sees that there was more.
                return escaped.Append("\\u2026").ToString();
            }

            char c = text[i];
            bool paired = char.IsHighSurrogate(c) ? i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])
                : !char.IsLowSurrogate(c) || (i > 0 && char.IsHighSurrogate(text[i - 1]));
            if (!paired)
            {
                escaped.Append("\\ufffd");
            }
            else if (c is < ' ' or > '~' or '"' or '\\' or '<' or '>' or '&' or '\'' or '+' or '`')
            {
                escaped.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                escaped.Append(c);
            }
        }

        return escaped.ToString();
    }

    private static string Word(AuditKind kind) => kind switch
    {
        AuditKind.Refused => "refused",
        AuditKind.Accepted => "accepted",
        AuditKind.Changed => "changed",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "One of three."),
    };

    private static void Field(IBufferWriter<byte> output, string name, string? text, int limit)
    {
        if (text is not null)
        {
            Ascii(output, string.Concat(",\"", name, "\":\"", Escape(text, limit), "\""));
        }
    }

    private static void Ascii(IBufferWriter<byte> output, string text)
    {
        int written = Encoding.ASCII.GetBytes(text, output.GetSpan(text.Length));
        output.Advance(written);
    }
}

/// <summary>An event with its place: number, time, and what a summary or the first record of a file says more.</summary>
internal readonly record struct AuditEntry(long Sequence, DateTimeOffset Time, AuditEvent Happened, long Repeats = 0, byte[]? Previous = null);
