using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>The calls of one operation that <c>expect.matrix</c> speaks of, each held against the server.</summary>
/// <param name="context">The scan.</param>
/// <param name="rows">The rows.</param>
/// <param name="calls">What each identity gets with its own values.</param>
/// <param name="operation">The operation.</param>
internal sealed class DeclaredCalls(CheckContext context, MatrixRows rows, ImmutableArray<Call> calls, Operation operation)
{
    private readonly List<(Identity Owner, Identity Values, string Path)> _places = [];

    /// <summary>One probe for each caller and path that a row speaks of; empty when none does.</summary>
    /// <param name="cancellationToken">The scan's own token.</param>
    public async Task<ImmutableArray<ProbeResult>> JudgeAsync(CancellationToken cancellationToken)
    {
        foreach (Identity identity in context.Api.Identities)
        {
            OwnValues own = await context.Api.ValuesAsync(operation, identity, cancellationToken).ConfigureAwait(false);
            if (context.Api.RequestFor(operation, own.Identity) is { } request)
            {
                _places.Add((identity, own.Identity, request.Target[context.Request.Target.Path.Length..]));
            }
        }

        var probes = ImmutableArray.CreateBuilder<ProbeResult>();
        foreach (Identity? caller in context.Api.Identities.Cast<Identity?>().Append(null))
        {
            string name = caller?.Name ?? MatrixRows.Nobody;
            foreach ((Identity owner, Identity values, string path) in Asserted(name, caller))
            {
                MatrixRow row = rows.For(name, operation, path)!; // asserted means that there is one
                Outcome outcome = !operation.IsSafe
                    ? new Outcome.NotTested($"{row.Text}: {operation.Method} may write, and whether a write is let through shows only in what was written") { Needs = ["AUTHZ-002, AUTHZ-006 and AUTHZ-009: --mode intrusive"] }
                    : row.Allows
                        ? await AllowedAsync(row, caller, values, path, cancellationToken).ConfigureAwait(false)
                        : await DeniedAsync(row, caller, owner, values, path, cancellationToken).ConfigureAwait(false);
                probes.Add(new(outcome) { Operation = operation.Name, Identity = name, Variant = outcome is Outcome.Failed ? row.Allows ? "closed" : "open" : null });
            }
        }

        return probes.ToImmutable();
    }

    /// <summary>
    /// The places where something is declared for a caller: its own, every one that a row names without a pattern, and of those under a pattern
    /// the first that is another's, so that the cost does not grow with the square of the identities.
    /// </summary>
    private IEnumerable<(Identity Owner, Identity Values, string Path)> Asserted(string name, Identity? caller)
    {
        bool foreign = false;
        foreach ((Identity Owner, Identity Values, string Path) place in _places.DistinctBy(static place => place.Path, StringComparer.Ordinal))
        {
            if (rows.For(name, operation, place.Path) is not { } row)
            {
                continue;
            }

            bool own = caller is null ? ReferenceEquals(place.Owner, context.Api.First) : _places.Any(one => ReferenceEquals(one.Owner, caller) && one.Path == place.Path);
            if (own || !(row.Pattern.IsWild || row.Pattern.Path == operation.PathTemplate))
            {
                yield return place;
            }
            else if (!foreign)
            {
                foreign = true;
                yield return place;
            }
        }
    }

    // A refusal means something only of a caller who is served elsewhere; nobody needs no such proof.
    private bool IsAlive(Identity? caller) =>
        caller is null || calls.Any(call => ReferenceEquals(call.Identity, caller) && call is { IsWhole: true, Verdict: Verdict.Accepted });

    private Ask? AskOf(Identity? caller, Identity values) =>
        context.Api.AskFor(operation, values, caller is null ? Actor.Nobody : Actor.Of(caller), $"{caller?.Name ?? MatrixRows.Nobody} at {operation.Name}");

    private async Task<Outcome> DeniedAsync(MatrixRow row, Identity? caller, Identity owner, Identity values, string path, CancellationToken cancellationToken)
    {
        if (AskOf(caller, values) is not { } ask)
        {
            return ApiMap.MissingFor(operation, owner);
        }

        // Somebody who may: what he gets is what the caller must not get.
        Baseline? right = null;
        foreach (Identity other in _places.Where(place => place.Path == path && !ReferenceEquals(place.Owner, caller)).OrderBy(place => ReferenceEquals(place.Owner, owner) ? 0 : 1).Select(static place => place.Owner))
        {
            BaselineResult result = rows.For(other.Name, operation, path) is { Allows: false }
                ? new BaselineResult.Failed("denied as well", null)
                : caller is null
                    ? await context.Api.BaselineAsync(operation, other, cancellationToken).ConfigureAwait(false)
                    : await context.Api.OwnedAsync(operation, other, caller, cancellationToken).ConfigureAwait(false);
            if (result is BaselineResult.Learned learned)
            {
                right = learned.Baseline;
                break;
            }
        }

        if (right is null)
        {
            // Nobody is there to compare with: what the caller gets, twice and at no random path, is worth a suspicion and no more.
            return await context.Oracle.LearnAsync(ask with { Reusable = true }, cancellationToken).ConfigureAwait(false) is BaselineResult.Learned { Baseline.First: var served }
                ? new Outcome.Failed(FlawOf(row, $"{Called(caller)} asked for {path} and was served, twice ({served.Summary}); nobody else is known to succeed there, so that could not be compared.", Confidence.Suspect, [served.ToEvidence()], served.Ask))
                : new Outcome.NotTested($"{row.Text}: nobody is known to succeed there, so a refusal would prove nothing") { Needs = ["an identity that may call it, with its values"] };
        }

        Verdict verdict = await context.Oracle.JudgeAgainstAsync(ask with { Reusable = true }, right, cancellationToken).ConfigureAwait(false);
        return verdict switch
        {
            Verdict.Accepted accepted => new Outcome.Failed(
                FlawOf(row, $"{Called(caller)} asked for {path} and got what {right.Ask.Actor.Name} gets, twice ({accepted.Detail}).", accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
                    [right.First.ToEvidence($"control: {right.Ask.Actor.Name}"), accepted.Exchange.ToEvidence()], accepted.Exchange.Ask) with
                {
                    Severity = caller is null ? Severity.Critical : null,
                    Cause = caller is null ? Causes.NoCertificateServed
                        : _places.Any(place => ReferenceEquals(place.Owner, caller) && place.Path != path) ? Causes.OwnerNotChecked
                        : Causes.RoleNotChecked,
                }),
            Verdict.Rejected when !IsAlive(caller) => new Outcome.NotTested($"{row.Text}: {verdict.Detail}, but {caller?.Name} is served nowhere"),
            _ => Accounts.Refused(verdict, row.Text),
        };
    }

    private async Task<Outcome> AllowedAsync(MatrixRow row, Identity? caller, Identity values, string path, CancellationToken cancellationToken)
    {
        if (AskOf(caller, values) is not { } ask)
        {
            return ApiMap.MissingFor(operation, caller);
        }

        BaselineResult result = caller is not null && _places.Any(place => ReferenceEquals(place.Owner, caller) && place.Path == path)
            ? await context.Api.BaselineAsync(operation, caller, cancellationToken).ConfigureAwait(false)
            : await context.Oracle.LearnAsync(ask with { Reusable = true }, cancellationToken).ConfigureAwait(false);
        if (result is not BaselineResult.Failed failed)
        {
            return new Outcome.Passed();
        }

        bool alive = IsAlive(caller);
        if (failed.Exchange is null || VerdictRules.Refused(failed.Exchange) is null || !alive)
        {
            return new Outcome.NotTested($"{row.Text}: {failed.Reason}{(alive ? "" : $", and {caller?.Name} is served nowhere")}");
        }

        Exchange again = await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
        return VerdictRules.Refused(again) is { } refused
            ? new Outcome.Failed(FlawOf(row, $"{Called(caller)} asked for {path} and was refused, twice ({refused.Detail}).", Confidence.Firm, [failed.Exchange.ToEvidence(), again.ToEvidence("the same again")], ask))
            : new Outcome.NotTested($"{row.Text}: it was refused once, and the same again got: {again.Summary}");
    }

    private static string Called(Identity? caller) => caller?.Name ?? "A request without any credential";

    private Flaw FlawOf(MatrixRow row, string observed, Confidence confidence, ImmutableArray<Evidence> evidence, Ask ask) => new()
    {
        Expected = $"expect.matrix: {row.Text}",
        Observed = observed,
        Confidence = confidence,
        Evidence = evidence,
        Replay = CurlLine.Of(ask, context.Request),
    };
}
