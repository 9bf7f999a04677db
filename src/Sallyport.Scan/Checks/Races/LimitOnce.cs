using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Races;

/// <summary>RACE-001: whether what may be used once is used once when twenty calls come at the same moment.</summary>
internal sealed class LimitOnce : Check
{
    private const int Calls = 20;
    private const int Rounds = 3;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "RACE-001",
        Title = "What may be used once is used several times at once",
        Category = Category.TimeOfUse,
        Severity = Severity.High,
        Standards = new() { Cwe = [362, 367], OwaspApi = ["API6:2023"], PciDss = ["6.2.4"], Asvs = ["2.3.4", "15.4.2"] },
        Mode = ScanMode.Intrusive,
        Needs = [Need.Caller, Need.Operations],
        Why = "A server that looks whether a coupon is unused and marks it in a second step lets every call through that arrives between the two. Calls that reach it within a millisecond do so reliably, over HTTP/2 in a single packet even from afar.",
        Impact = "Coupons are cashed, limits passed and transfers made several times.",
        How = "On a thing of the identity's own the call is made twice in a row: the second must have no effect, or the operation is not limited. On another thing twenty calls are sent so that their ends arrive together: over HTTP/1.1 by holding back each last byte, over HTTP/2 in one write. "
            + "What counts is a number in the read-back (such as redemptions or the length of a list): more than one effect is a finding. What is used up cannot be given back.",
        Sources = ["CWE-362", "James Kettle, Smashing the state machine (PortSwigger, 2023)", "IETF draft-ietf-httpapi-idempotency-key-header"],
        Remedies = LockRows.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<SingleUse> candidates = await SingleUse.FindAsync(context, cancellationToken).ConfigureAwait(false);
        if (candidates.IsEmpty)
        {
            return CheckResult.NotTested("no operation is known that sounds as if it may be called once for each thing, or that takes an idempotency key", "a description that names it: spec");
        }

        List<ProbeResult> probes = [];
        foreach (SingleUse candidate in candidates.Take(3))
        {
            probes.Add(context.Keep(new(await ProbeAsync(context, candidate, cancellationToken).ConfigureAwait(false)) { Operation = candidate.Operation.Name, Identity = context.Api.First?.Name }));
        }

        return new() { Probes = [.. probes] };
    }

    private static async Task<Outcome> ProbeAsync(CheckContext context, SingleUse candidate, CancellationToken cancellationToken)
    {
        Queue<Use> uses = new(candidate.Uses);
        Serial? serial = null;
        Outcome why = new Outcome.NotTested("nothing of the identity's own is known that can be used up") { Needs = ["identities.NAME.values, or a list that shows it"] };
        while (serial is null && uses.TryDequeue(out Use? first))
        {
            (serial, Outcome? doubt) = await SerialAsync(context, first, cancellationToken).ConfigureAwait(false);
            why = doubt ?? why;
        }

        if (serial is null)
        {
            return why;
        }

        int decided = 0;
        foreach (HttpFlavor http in Volley.Flavors(context))
        {
            for (int round = 0; round < Rounds && uses.TryDequeue(out Use? use); round++)
            {
                (Outcome? found, string? doubt) = await RaceAsync(context, serial, use, http, cancellationToken).ConfigureAwait(false);
                if (found is not null)
                {
                    return found;
                }

                why = doubt is null ? why : new Outcome.NotTested(doubt);
                decided += doubt is null ? 1 : 0;
            }
        }

        return decided > 0 ? new Outcome.Passed() : why is Outcome.NotTested { Needs.IsEmpty: true } ? why : new Outcome.NotTested("the one thing that could be used up was needed for the control") { Needs = ["a second unused value, or a list that shows several"] };
    }

    /// <summary>Twice in a row: what the first changes, and that the second changes nothing more.</summary>
    private static async Task<(Serial? Serial, Outcome? Why)> SerialAsync(CheckContext context, Use use, CancellationToken cancellationToken)
    {
        ImmutableDictionary<string, decimal> before = await CountAsync(context, use, cancellationToken).ConfigureAwait(false);
        Exchange first = await context.Writes.WriteAsync(use.Call with { Title = "control: once" }, null, cancellationToken).ConfigureAwait(false);
        if (first.Status is not (>= 200 and < 300))
        {
            return (null, new Outcome.NotTested($"the control call got: {first.Summary}"));
        }

        ImmutableDictionary<string, decimal> between = await CountAsync(context, use, cancellationToken).ConfigureAwait(false);
        ImmutableDictionary<string, decimal> once = Numbers.Changes(before, between);
        Exchange second = await context.Writes.WriteAsync(use.Call with { Title = "control: the same again" }, null, cancellationToken).ConfigureAwait(false);
        ImmutableDictionary<string, decimal> twice = Numbers.Changes(between, await CountAsync(context, use, cancellationToken).ConfigureAwait(false));
        if (once.IsEmpty)
        {
            return (null, new Outcome.NotTested("no number in the read-back tells how often it was used") { Needs = ["a GET of the same path, or of the list above it, that shows a count"] });
        }

        // A number that also moves by itself counts nothing.
        ImmutableDictionary<string, decimal> counts = once.Where(leaf => !twice.ContainsKey(leaf.Key)).ToImmutableDictionary(StringComparer.Ordinal);
        return counts.IsEmpty
            ? (null, new Outcome.NotApplicable("the same call had its effect twice in a row: it is not limited to once"))
            : (new(counts, first, second), null);
    }

    private static async Task<(Outcome? Found, string? Doubt)> RaceAsync(CheckContext context, Serial serial, Use use, HttpFlavor http, CancellationToken cancellationToken)
    {
        string name = http == HttpFlavor.Http2 ? "HTTP/2, in one write" : "HTTP/1.1, last bytes together";
        ImmutableDictionary<string, decimal> before = await CountAsync(context, use, cancellationToken).ConfigureAwait(false);
        ImmutableArray<Exchange> answers = await Volley.FireAsync(context, [.. Enumerable.Range(1, Calls).Select(i => use.Call with { Title = $"call {i} of {Calls} ({name})", Http = http })], http, cancellationToken).ConfigureAwait(false);
        Ask count = use.Counts[0] with { Title = "the count after it" };
        Exchange read = await context.Transport.ExchangeAsync(count, cancellationToken).ConfigureAwait(false);
        ImmutableDictionary<string, decimal> changes = Numbers.Changes(before, Numbers.Of(read.Answer));
        decimal effects = serial.Once.Where(leaf => changes.ContainsKey(leaf.Key)).Select(leaf => changes[leaf.Key] / leaf.Value).DefaultIfEmpty(0).Max();
        int granted = answers.Count(answer => answer.Status is >= 200 and < 300);
        if (effects > 1)
        {
            return (new Outcome.Failed(new Flaw
            {
                Expected = "Of calls that come at the same moment one has its effect.",
                Observed = FormattableString.Invariant($"Of {Calls} calls at the same moment ({name}) {granted} were granted, and the read-back counts {effects:0.##} effects; one after the other the second call had none."),
                Confidence = Confidence.Confirmed,
                Evidence = [serial.First.ToEvidence(), serial.Second.ToEvidence(), .. answers.Where(answer => answer.Status is >= 200 and < 300).Take(2).Select(answer => answer.ToEvidence()), read.ToEvidence()],
            }), null);
        }

        return effects == 1 && answers.Count(answer => answer.Answer is not null) > Calls / 2
            ? (null, null)
            : (null, FormattableString.Invariant($"of {Calls} calls at the same moment {answers.Count(answer => answer.Answer is not null)} were answered and {granted} granted, and the read-back counts {effects:0.##} effects"));
    }

    private static async Task<ImmutableDictionary<string, decimal>> CountAsync(CheckContext context, Use use, CancellationToken cancellationToken) =>
        Numbers.Of((await context.Transport.ExchangeAsync(use.Counts[0], cancellationToken).ConfigureAwait(false)).Answer);

    private sealed record Serial(ImmutableDictionary<string, decimal> Once, Exchange First, Exchange Second);
}
