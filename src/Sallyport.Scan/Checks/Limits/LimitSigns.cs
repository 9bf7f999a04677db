using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Limits;

/// <summary>What an answer says of a limit.</summary>
internal static partial class LimitSigns
{
    /// <summary>Whether it speaks of a limit in any header that is usual for it.</summary>
    /// <param name="exchange">The exchange.</param>
    public static bool Speaks(Exchange exchange) => exchange.Answer?.Headers.Any(header => Name().IsMatch(header.Name)) == true;

    /// <summary>How many requests are left, by RateLimit-Remaining, its older names, or <c>r=</c> of RateLimit; <c>null</c> when it does not say.</summary>
    /// <param name="exchange">The exchange.</param>
    public static long? Remaining(Exchange exchange)
    {
        string? text = exchange.Answer is not { } answer ? null
            : answer.Header("ratelimit-remaining") ?? answer.Header("x-ratelimit-remaining") ?? answer.Header("x-rate-limit-remaining")
                ?? (answer.Header("ratelimit") is { } all && Left().Match(all) is { Success: true } match ? match.Groups["left"].Value : null);
        return long.TryParse(text?.Split(',', ';')[0].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long left) ? left : null;
    }

    [GeneratedRegex(@"^(?:x-)?rate-?limit", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex(@"(?:^|[;, ])r(?:emaining)?=(?<left>[0-9]{1,18})", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Left();
}
