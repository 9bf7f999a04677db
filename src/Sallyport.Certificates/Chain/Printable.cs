using System;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Sallyport.Certificates.Chain;

/// <summary>Text from a certificate, made safe for a log line.</summary>
internal static class Printable
{
    private const int MaxLength = 256;

    /// <summary>Text that is safe already, cut to 256 characters.</summary>
    public static string Shorten(string text) => text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "…");

    /// <summary>Printable ASCII stays, everything else becomes \uXXXX; at most 256 characters of the original.</summary>
    public static string Escape(string text)
    {
        if (text.Length <= MaxLength && text.All(static c => c is >= ' ' and <= '~' and not '\\'))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length);
        foreach (char c in text.Take(MaxLength))
        {
            if (c is >= ' ' and <= '~' and not '\\')
            {
                escaped.Append(c);
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
        }

        return escaped.Append(text.Length > MaxLength ? "…" : "").ToString();
    }
}
