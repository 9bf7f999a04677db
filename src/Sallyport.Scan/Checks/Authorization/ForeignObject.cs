using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>An object of one account at an operation whose path names it, with what its owner gets and what the other account may be held to.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Owner">The owner with the values that name the object.</param>
/// <param name="Other">The other account with the values that name its own.</param>
/// <param name="Baseline">What the owner gets; its markers stand in no answer to the other, to nobody, or to garbage.</param>
internal sealed record ForeignObject(Operation Operation, Identity Owner, Identity Other, Baseline Baseline)
{
    /// <summary>The owner's path below the API's root.</summary>
    public required string Path { get; init; }

    /// <summary>The other account's own path.</summary>
    public required string OwnPath { get; init; }

    /// <summary>Whether <c>expect.matrix</c> denies the other account the object.</summary>
    public bool Denied { get; init; }

    /// <summary>Finds the object that the second ordinary account is not to have; each operation is looked at once a scan.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="cancellationToken">The scan's own token.</param>
    /// <returns>The object, or why the operation is not for this.</returns>
    public static Task<(ForeignObject? Object, Outcome? Otherwise)> FindAsync(CheckContext context, Operation operation, CancellationToken cancellationToken) =>
        context.Shared.OnceAsync($"foreign object {operation.Name}", () => SearchAsync(context, operation, cancellationToken));

    /// <summary>The other account asking for the object.</summary>
    /// <param name="context">The scan.</param>
    public Ask? AskFor(CheckContext context) =>
        context.Api.AskFor(Operation, Owner, Actor.Of(context.Other), $"{context.Other.Name} at what {context.Owner.Name} owns");

    private static async Task<(ForeignObject?, Outcome?)> SearchAsync(CheckContext context, Operation operation, CancellationToken cancellationToken)
    {
        OwnValues owner = await context.Api.ValuesAsync(operation, context.Owner, cancellationToken).ConfigureAwait(false);
        OwnValues other = await context.Api.ValuesAsync(operation, context.Other, cancellationToken).ConfigureAwait(false);
        if (context.Api.RequestFor(operation, owner.Identity) is not { } theirs)
        {
            return (null, ApiMap.MissingFor(operation, context.Owner));
        }

        if (context.Api.RequestFor(operation, other.Identity) is not { } own)
        {
            return (null, ApiMap.MissingFor(operation, context.Other));
        }

        if (own.Target == theirs.Target)
        {
            return (null, new Outcome.NotApplicable("its path names no owner: both accounts ask the same"));
        }

        if (owner.FromList && owner.Listed.Intersect(other.Listed, StringComparer.Ordinal).Any())
        {
            return (null, new Outcome.NotTested($"both accounts are listed the same objects, so none is known to be {context.Owner.Name}'s alone")
            {
                Needs = [$"identities.{context.Owner.Name}.values and identities.{context.Other.Name}.values for {operation.PathTemplate}"],
            });
        }

        string path = theirs.Target[context.Request.Target.Path.Length..];
        MatrixRow? row = MatrixRows.Of(context.Request).For(context.Other.Name, operation, path);
        if (row is { Allows: true })
        {
            return (null, new Outcome.NotApplicable($"expect.matrix allows it: {row.Text}"));
        }

        switch (await context.Api.AccessAsync(operation, cancellationToken).ConfigureAwait(false))
        {
            case Access.Public open:
                return (null, new Outcome.NotApplicable($"{(open.Who == "none" ? "nobody's request" : "a request with garbage credentials")} is served too: the operation is public"));
            case Access.Undecided doubt:
                return (null, new Outcome.NotTested(doubt.Reason) { Needs = doubt.Needs });
        }

        // Whoever is refused everywhere is refused here too, and that proves nothing.
        if (await context.Api.BaselineAsync(operation, context.Other, cancellationToken).ConfigureAwait(false) is BaselineResult.Failed without)
        {
            return (null, new Outcome.NotTested($"{context.Other.Name} does not get its own object either: {without.Reason}") { Needs = [$"identities.{context.Other.Name}.values for {operation.PathTemplate}"] });
        }

        return await context.Api.OwnedAsync(operation, context.Owner, context.Other, cancellationToken).ConfigureAwait(false) switch
        {
            BaselineResult.Learned { Baseline: var baseline } =>
                (new ForeignObject(operation, owner.Identity, other.Identity, baseline) { Path = path, OwnPath = own.Target[context.Request.Target.Path.Length..], Denied = row is { Allows: false } }, null),
            BaselineResult.Failed failed => (null, new Outcome.NotTested($"{context.Owner.Name} does not get its own object: {failed.Reason}")),
            _ => throw new InvalidOperationException("A result that is neither learned nor failed."),
        };
    }
}
