using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Proxy;

/// <summary>Somebody who is refused what another gets: where a way round can be shown.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Actor">Who is refused.</param>
/// <param name="Refused">The refusal.</param>
/// <param name="Baseline">What the one who may gets.</param>
/// <param name="Allowed">Where the refused one is served; <c>null</c> when no such place is known.</param>
internal sealed record DeniedPair(Operation Operation, Actor Actor, Verdict.Rejected Refused, Baseline Baseline, Ask? Allowed)
{
    /// <summary>Finds them, once a scan: an ordinary account on an administrator's operation, the second account on the first one's object, nobody where HTTP refuses.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="cancellationToken">The scan's own token.</param>
    public static Task<ImmutableArray<DeniedPair>> AllAsync(CheckContext context, CancellationToken cancellationToken) =>
        context.Shared.OnceAsync("denied pairs", () => FindAsync(context, cancellationToken));

    private static async Task<ImmutableArray<DeniedPair>> FindAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<DeniedPair> found = [];
        ImmutableArray<Identity> ordinary = context.Api.Ordinary;
        if (context.Api.Admin is { } admin && ordinary.Length > 0)
        {
            foreach (Operation operation in context.Api.Operations)
            {
                if (operation.Method == "GET"
                    && await context.Api.BaselineAsync(operation, admin, cancellationToken).ConfigureAwait(false) is BaselineResult.Learned { Baseline: var theirs }
                    && await RefusedAsync(context, Actor.Of(ordinary[0]), theirs, cancellationToken).ConfigureAwait(false) is { } refused)
                {
                    found.Add(new(operation, Actor.Of(ordinary[0]), refused, theirs, context.Survey.Control?.Ask));
                    break;
                }
            }
        }

        if (context.Survey is { ProtectedOperation: { } known, Caller: { } owner, Control: { } control })
        {
            if (ordinary.Length > 1 && await context.Api.OwnedAsync(known, owner, ordinary[1], cancellationToken).ConfigureAwait(false) is BaselineResult.Learned { Baseline: var owned }
                && await RefusedAsync(context, Actor.Of(ordinary[1]), owned, cancellationToken).ConfigureAwait(false) is { } other)
            {
                Ask? own = await context.Api.BaselineAsync(known, ordinary[1], cancellationToken).ConfigureAwait(false) is BaselineResult.Learned { Baseline.Ask: var ask } ? ask : null;
                found.Add(new(known, Actor.Of(ordinary[1]), other, owned, own));
            }

            // A refusal by the handshake comes before any header or path is read.
            if (await RefusedAsync(context, Actor.Nobody, control, cancellationToken).ConfigureAwait(false) is { Status: not null } nobody)
            {
                found.Add(new(known, Actor.Nobody, nobody, control, null));
            }
        }

        return [.. found];
    }

    private static async Task<Verdict.Rejected?> RefusedAsync(CheckContext context, Actor actor, Baseline baseline, CancellationToken cancellationToken) =>
        await context.Oracle.JudgeAgainstAsync(baseline.Ask with { Title = actor.Name, Actor = actor, Reusable = true, Pooled = true }, baseline, cancellationToken).ConfigureAwait(false) as Verdict.Rejected;
}
