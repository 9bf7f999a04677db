using System;

namespace Sallyport.Scan.Target;

/// <summary>Reads media types.</summary>
internal static class MediaTypes
{
    /// <summary>The type without its parameters, in lower case.</summary>
    public static string Plain(string text)
    {
        int end = text.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).Trim().ToLowerInvariant();
    }

    public static bool IsJson(string plain) => plain is "application/json" or "text/json" || plain.EndsWith("+json", StringComparison.Ordinal);
}
