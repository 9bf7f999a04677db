using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>Turns the attempts on one passage into one probe: one way through is a finding, one doubt leaves it undecided.</summary>
internal static class Crossings
{
    /// <summary>The probe of a passage.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="passage">The passage.</param>
    /// <param name="tries">What was tried, in words, and how it ended; not empty.</param>
    /// <param name="expected">What a safe server does.</param>
    /// <param name="cause">The cause key.</param>
    public static ProbeResult Probe(CheckContext context, Passage passage, IReadOnlyCollection<(string Shape, Crossing Crossing)> tries, string expected, string? cause)
    {
        ImmutableArray<(string Shape, Crossing.Through Through)> through = [.. tries.Where(t => t.Crossing is Crossing.Through).Select(t => (t.Shape, (Crossing.Through)t.Crossing))];
        Outcome outcome = through.IsEmpty ? Undecided(tries) ?? new Outcome.Passed() : new Outcome.Failed(Flaw(passage, through, expected, cause));
        return new(outcome) { Operation = context.Survey.ProtectedOperation?.Name, Identity = passage.Actor.Name };
    }

    /// <summary>Notes the passage's flaw as soon as one attempt has proved it: those that follow only add to it.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="passage">The passage.</param>
    /// <param name="tries">What was tried so far.</param>
    /// <param name="expected">What a safe server does.</param>
    /// <param name="cause">The cause key.</param>
    public static void Keep(CheckContext context, Passage passage, IReadOnlyCollection<(string Shape, Crossing Crossing)> tries, string expected, string? cause)
    {
        if (tries.Any(t => t.Crossing is Crossing.Through))
        {
            _ = context.Keep(Probe(context, passage, tries, expected, cause));
        }
    }

    private static Outcome? Undecided(IEnumerable<(string Shape, Crossing Crossing)> tries)
    {
        ImmutableArray<(string Shape, Crossing.Doubtful Doubt)> doubts = [.. tries.Where(t => t.Crossing is Crossing.Doubtful).Select(t => (t.Shape, (Crossing.Doubtful)t.Crossing))];
        return doubts.IsEmpty
            ? null
            : new Outcome.NotTested($"{doubts[0].Shape}: {doubts[0].Doubt.Reason}") { Needs = [.. doubts.Select(d => d.Doubt.Needs).OfType<string>().Distinct()] };
    }

    private static Flaw Flaw(Passage passage, ImmutableArray<(string Shape, Crossing.Through Through)> through, string expected, string? cause)
    {
        // The surest proof leads; a milder one must not lower it.
        Crossing.Through best = through.Select(t => t.Through).OrderByDescending(t => t.Confidence).First();
        Evidence? control = passage.To.Baseline?.First.ToEvidence();
        return new()
        {
            Expected = expected,
            Observed = $"{passage.Actor.Name}, whom {passage.To.Name} refuses in a full handshake ({passage.To.Of(passage.Actor).Exchange.Summary}), gets through{(passage.From == passage.To ? "" : $", coming from {passage.From.Name}")} ({string.Join("; ", through.Select(t => t.Shape))}): {best.Detail}.",
            Confidence = best.Confidence,
            Severity = best.Severity,
            Evidence =
            [
                .. control is null ? [] : (Evidence[])[control],
                passage.To.Of(passage.Actor).Exchange.ToEvidence($"control: {passage.Actor.Name} at {passage.To.Name}, full handshake"),
                .. through.Select(t => t.Through.Exchange.ToEvidence(t.Shape)),
            ],
            Cause = cause,
        };
    }
}
