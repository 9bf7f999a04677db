using System.Collections.Immutable;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Oracle;

/// <summary>What the right identity gets, learned from two identical calls.</summary>
internal sealed record Baseline
{
    /// <summary>The ask, with its request.</summary>
    public required Ask Ask { get; init; }

    /// <summary>The first answered exchange.</summary>
    public required Exchange First { get; init; }

    /// <summary>The second.</summary>
    public required Exchange Second { get; init; }

    /// <summary>The answer's shape without its volatile fields.</summary>
    public required AnswerShape Shape { get; init; }

    /// <summary>
    /// Texts of at least 8 characters that stand in both answers and not in the request, in N's, G's or B's answer: whoever gets one
    /// was served as this identity. May be empty.
    /// </summary>
    public ImmutableArray<string> Markers { get; init; } = [];
}
