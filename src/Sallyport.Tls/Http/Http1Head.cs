using System;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Sallyport.Tls.Http;

/// <summary>A parsed answer head.</summary>
/// <remarks>RFC 9112, sections 4 and 5. A bare LF ends a line too, and folded lines are joined, as a user agent may.</remarks>
internal sealed record Http1Head(string Version, int Status, string Reason, ImmutableArray<HttpHeader> Headers)
{
    /// <summary>Length of the head including its empty line; 0 while it is not whole.</summary>
    internal static int FindEnd(ReadOnlySpan<byte> bytes)
    {
        int from = 0;
        while (bytes[from..].IndexOf((byte)'\n') is >= 0 and int step)
        {
            int next = from + step + 1;
            ReadOnlySpan<byte> after = bytes[next..];
            if (after.StartsWith("\r\n"u8))
            {
                return next + 2;
            }

            if (after.StartsWith("\n"u8))
            {
                return next + 1;
            }

            from = next;
        }

        return 0;
    }

    /// <summary>Whether the bytes can still become a status line.</summary>
    internal static bool CanBegin(ReadOnlySpan<byte> bytes) => "HTTP/"u8.StartsWith(bytes[..Math.Min(5, bytes.Length)]);

    internal static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Http1Head? head, [NotNullWhen(false)] out string? defect)
    {
        head = null;
        int end = bytes.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? bytes : TrimReturn(bytes[..end]);
        if (!TryReadStatusLine(line, out string version, out int status, out string reason))
        {
            defect = "the status line cannot be read";
            return false;
        }

        if (!TryReadHeaders(end < 0 ? [] : bytes[(end + 1)..], out ImmutableArray<HttpHeader> headers, out defect))
        {
            return false;
        }

        head = new Http1Head(version, status, reason, headers);
        return true;
    }

    /// <summary>Header lines up to an empty line or the end.</summary>
    internal static bool TryReadHeaders(ReadOnlySpan<byte> bytes, out ImmutableArray<HttpHeader> headers, [NotNullWhen(false)] out string? defect)
    {
        headers = [];
        defect = null;
        ImmutableArray<HttpHeader>.Builder found = ImmutableArray.CreateBuilder<HttpHeader>();
        foreach (Range range in bytes.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = TrimReturn(bytes[range]);
            if (line.IsEmpty)
            {
                break;
            }

            if (line[0] is (byte)' ' or (byte)'\t')
            {
                if (found.Count == 0)
                {
                    defect = "the first header line is folded";
                    return false;
                }

                HttpHeader last = found[^1];
                found[^1] = last with { Value = last.Value + " " + Text(line) };
                continue;
            }

            int colon = line.IndexOf((byte)':');
            if (colon <= 0 || line[..colon].IndexOfAny((byte)' ', (byte)'\t') >= 0)
            {
                defect = "a header line has no proper name";
                return false;
            }

            found.Add(new HttpHeader(Encoding.Latin1.GetString(line[..colon]), Text(line[(colon + 1)..])));
        }

        headers = found.ToImmutable();
        return true;
    }

    private static bool TryReadStatusLine(ReadOnlySpan<byte> line, out string version, out int status, out string reason)
    {
        (version, status, reason) = ("", 0, "");
        int space = line.IndexOf((byte)' ');
        if (space is < 6 or > 16 || !line.StartsWith("HTTP/"u8) || line.Length < space + 4)
        {
            return false;
        }

        ReadOnlySpan<byte> digits = line.Slice(space + 1, 3);
        ReadOnlySpan<byte> rest = line[(space + 4)..];
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out status) || status < 100 || (!rest.IsEmpty && rest[0] != (byte)' '))
        {
            return false;
        }

        version = Encoding.Latin1.GetString(line[..space]);
        reason = rest.IsEmpty ? "" : Encoding.Latin1.GetString(rest[1..]);
        return true;
    }

    private static ReadOnlySpan<byte> TrimReturn(ReadOnlySpan<byte> line) => line is [.., (byte)'\r'] ? line[..^1] : line;

    private static string Text(ReadOnlySpan<byte> value) => Encoding.Latin1.GetString(value.Trim(" \t"u8));
}
