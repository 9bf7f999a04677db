using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Exposure;

/// <summary>A check that only looks at what the valid identities are answered: it sends nothing that the matrix does not send.</summary>
internal abstract class AnswerCheck : Check
{
    /// <summary>The needs of such a check.</summary>
    protected static ImmutableArray<Need> Usual { get; } = [Need.Caller, Need.Operations];

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<ApiAnswer> answers = await context.Api.AnswersAsync(cancellationToken).ConfigureAwait(false);
        ImmutableArray<ApiAnswer> looked = [.. answers.Where(IsLookedAt)];
        if (looked.IsEmpty)
        {
            return answers.IsEmpty
                ? CheckResult.NotTested("no operation that only reads answered a valid identity twice alike", "values of the path parameters: identities.NAME.values")
                : CheckResult.NotApplicable("no answer is of the kind that this is about");
        }

        IEnumerable<ProbeResult> probes = looked.SelectMany(answer => Probes(context, answer));
        return new() { Probes = [.. OneForAll ? Joined(probes) : probes] };
    }

    /// <summary>Whether what the answers show comes of one setting of the whole server: one finding then, not one for each operation.</summary>
    protected virtual bool OneForAll => false;

    /// <summary>Joins failed probes of the same variant to one; the others stay as they are.</summary>
    /// <param name="probes">The probes.</param>
    internal static IEnumerable<ProbeResult> Joined(IEnumerable<ProbeResult> probes)
    {
        foreach (IGrouping<string?, ProbeResult> variant in probes.GroupBy(probe => probe.Variant))
        {
            ImmutableArray<ProbeResult> failed = [.. variant.Where(probe => probe.Outcome is Outcome.Failed)];
            foreach (ProbeResult probe in variant.Where(probe => probe.Outcome is not Outcome.Failed))
            {
                yield return probe;
            }

            if (!failed.IsEmpty)
            {
                Flaw flaw = ((Outcome.Failed)failed[0].Outcome).Flaw;
                ImmutableArray<string> others = [.. failed.Skip(1).Select(probe => probe.Operation).OfType<string>().Distinct()];
                string observed = others.IsEmpty ? flaw.Observed : $"{flaw.Observed} So do {others.Length} more: {string.Join(", ", others.Take(5))}{(others.Length > 5 ? "…" : "")}.";
                yield return failed[0] with { Outcome = new Outcome.Failed(flaw with { Observed = observed }) };
            }
        }
    }

    /// <summary>Whether the check is about this answer.</summary>
    /// <param name="answer">The answer.</param>
    protected virtual bool IsLookedAt(ApiAnswer answer) => !answer.Answer.Body.IsEmpty;

    /// <summary>What one answer shows: one probe for each flaw, or one that passed.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="answer">The answer.</param>
    protected abstract IEnumerable<ProbeResult> Probes(CheckContext context, ApiAnswer answer);

    /// <summary>A probe on an operation; the identity does not matter to what an answer shows.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="variant">The variant.</param>
    protected static ProbeResult Probe(ApiAnswer answer, Outcome outcome, string? variant = null) => new(outcome) { Operation = answer.Operation.Name, Variant = variant };
}
