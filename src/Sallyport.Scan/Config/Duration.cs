using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sallyport.Scan.Config;

/// <summary>Durations as users write them: <c>500ms</c>, <c>60s</c>, <c>10m</c>, <c>1h</c>.</summary>
internal static class Duration
{
    public const string Hint = "write a number with its unit, such as 60s or 10m";

    public static bool TryParse([NotNullWhen(true)] string? text, out TimeSpan duration)
    {
        duration = default;
        if (text is null || text.Length > 12)
        {
            return false;
        }

        (string number, TimeSpan unit) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], TimeSpan.FromMilliseconds(1)),
            _ when text.EndsWith('s') => (text[..^1], TimeSpan.FromSeconds(1)),
            _ when text.EndsWith('m') => (text[..^1], TimeSpan.FromMinutes(1)),
            _ when text.EndsWith('h') => (text[..^1], TimeSpan.FromHours(1)),
            _ => ("", TimeSpan.Zero),
        };
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count == 0 || count > 10_000_000)
        {
            return false;
        }

        duration = unit * count;
        return true;
    }
}
