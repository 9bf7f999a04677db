using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Oracle;

/// <summary>Finds texts that only one identity's answer holds (CONTRACTS.md, "Marker").</summary>
internal static class Markers
{
    /// <summary>The shortest text that can be a marker.</summary>
    public const int MinLength = 8;

    private const int MaxLength = 512;
    private const int MaxCount = 32;

    /// <summary>The candidates of a baseline: stable, long enough, not in the request.</summary>
    /// <param name="ask">The right identity's ask.</param>
    /// <param name="shape">What was the same in both answers.</param>
    /// <param name="first">The first answer.</param>
    /// <param name="second">The second answer.</param>
    public static ImmutableArray<string> Candidates(Ask ask, AnswerShape shape, HttpAnswer first, HttpAnswer second)
    {
        IEnumerable<string> declared = ask.Actor.Application?.Values.Values ?? [];
        string one = AnswerShape.Text(first);
        string two = AnswerShape.Text(second);
        return
        [
            .. declared.Concat(shape.StableTexts.Where(LooksUnique))
                .Where(text => text.Length is >= MinLength and <= MaxLength
                    && one.Contains(text, StringComparison.Ordinal)
                    && two.Contains(text, StringComparison.Ordinal)
                    && !InRequest(text, ask))
                .Distinct(StringComparer.Ordinal)
                .Take(MaxCount),
        ];
    }

    /// <summary>The markers that none of other identities' answers holds.</summary>
    /// <param name="markers">Candidates.</param>
    /// <param name="others">The others' exchanges.</param>
    public static ImmutableArray<string> Without(ImmutableArray<string> markers, IEnumerable<Exchange> others)
    {
        ImmutableArray<string> texts = [.. others.Select(o => o.Answer).OfType<HttpAnswer>().Select(AnswerShape.Text)];
        return [.. markers.Where(marker => !texts.Any(text => text.Contains(marker, StringComparison.Ordinal)))];
    }

    /// <summary>Whether a text stands in what was sent: then its return proves nothing.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ask">What was sent.</param>
    public static bool InRequest(string text, Ask ask)
    {
        if (ask.Request is not { } request)
        {
            return false;
        }

        return Holds(request.Target) || Holds(Uri.UnescapeDataString(request.Target)) || Holds(ask.Route.Host) || Holds(request.Host) || Holds(request.Authority)
            || request.Headers.Any(h => Holds(h.Value) || Holds(h.Name))
            || Holds(Encoding.UTF8.GetString(request.Body.Span))
            || InCertificate(text, ask);

        bool Holds(string? sent) => sent?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;
    }

    // Only what the user did not declare has to look like somebody's own: "available" is long enough and stands in every answer.
    private static bool LooksUnique(string text) =>
        (text.Contains('@', StringComparison.Ordinal) || (text.Any(char.IsAsciiDigit) && text.Any(char.IsLetter)))
        && !text.Contains("://", StringComparison.Ordinal)
        && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _);

    // A name in the certificate shown is sent as well: a server that echoes it has leaked nothing.
    private static bool InCertificate(string text, Ask ask)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return ask.Actor.Credential?.Chain.Any(der => der.AsSpan().IndexOf(bytes) >= 0) == true;
    }
}
