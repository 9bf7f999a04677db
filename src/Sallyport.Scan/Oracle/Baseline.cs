using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
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

    /// <summary>
    /// The like of <see cref="Markers"/> for whom everybody is let in: others may have been given the very same answer, and nobody who was given another
    /// one has any of these. They tell the object again after it was changed.
    /// </summary>
    public ImmutableArray<string> Own { get; init; } = [];

    /// <summary>The same, once it is known what others get for the same request.</summary>
    /// <param name="others">The others' exchanges.</param>
    public Baseline Sharpened(IEnumerable<Exchange> others)
    {
        ImmutableArray<Exchange> all = [.. others];
        return this with
        {
            Markers = Oracle.Markers.Without(Markers, all),
            Own = Oracle.Markers.Without(Own, all.Where(one => one.Answer is not { } answer || answer.Status != First.Status || !Shape.Matches(answer))),
        };
    }
}
