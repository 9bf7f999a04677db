using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using Sallyport.Scan.Findings;

namespace Sallyport.Interop.Tests.Remedies;

/// <summary>The places of a program where the text of remedies goes, as it is printed.</summary>
/// <remarks>
/// <c>/*@CSRF-005*/</c> is the whole text of the rule's remedy; <c>/*@AUTHZ-001,AUTHZ-002 fix 1-2*/</c> two lines of the text that both rules print, in the mended program only:
/// what one remedy shows one below the other belongs to several places of a program.
/// </remarks>
internal sealed partial class RemedyPlaces
{
    private readonly string _program;
    private readonly ServerStack _stack;

    /// <summary>The places of a program.</summary>
    /// <param name="program">Its text.</param>
    /// <param name="stack">Whose remedies.</param>
    public RemedyPlaces(string program, ServerStack stack) => (_program, _stack) = (program, stack);

    /// <summary>The rules whose remedy has a place.</summary>
    public ImmutableArray<string> Ids => [.. Place().Matches(_program).SelectMany(static place => IdsOf(place)).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The lines of fixes that have a place.</summary>
    public IEnumerable<(string Fix, string Line)> Applied => Place().Matches(_program).Where(static place => place.Groups["state"].Value != "flaw")
        .SelectMany(place => LinesOf(place, mended: true).Select(line => (RemedyOf(place).Fix ?? "", line)));

    /// <summary>The program with the flaws, or with the fixes.</summary>
    /// <param name="mended">Whether with the fixes.</param>
    public string Fill(bool mended) => Place().Replace(_program, place =>
        place.Groups["state"].Value is var state && (state.Length == 0 || state == (mended ? "fix" : "flaw")) ? string.Join('\n', LinesOf(place, mended)) : "");

    private static string[] IdsOf(Match place) => place.Groups["ids"].Value.Split(',');

    private Remedy RemedyOf(Match place)
    {
        Remedy[] remedies = [.. IdsOf(place).Select(id => RemedyProof.Of(id, _stack))];
        return remedies.DistinctBy(static one => (one.Flaw, one.Fix)).Count() == 1 ? remedies[0] : throw new InvalidOperationException($"{place.Value}: these rules print different remedies.");
    }

    private IEnumerable<string> LinesOf(Match place, bool mended)
    {
        Remedy remedy = RemedyOf(place);
        string[] lines = (mended ? remedy.Fix : remedy.Flaw)?.Split('\n') ?? [];
        if (place.Groups["from"] is not { Success: true } from)
        {
            return lines;
        }

        int first = int.Parse(from.ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
        int last = place.Groups["to"] is { Success: true } to ? int.Parse(to.ValueSpan, System.Globalization.CultureInfo.InvariantCulture) : first;
        return last <= lines.Length ? lines[(first - 1)..last] : throw new InvalidOperationException($"{place.Value}: the remedy has {lines.Length} lines.");
    }

    [GeneratedRegex(@"/\*@(?<ids>[A-Z]+-\d+(?:,[A-Z]+-\d+)*)(?: (?<state>flaw|fix))?(?: (?<from>\d+)(?:-(?<to>\d+))?)?\*/", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Place();
}
