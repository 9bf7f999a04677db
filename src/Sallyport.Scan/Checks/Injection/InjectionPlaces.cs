using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Authorization;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Injection;

/// <summary>Finds where callers' text goes. What may write gets it only where the change can be put right again, or makes something new of the scanner's own.</summary>
internal static partial class InjectionPlaces
{
    /// <summary>The places of all operations that the scan's mode may send, found once a scan; the best named first for what a check looks for.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="preferred">Names that come first.</param>
    /// <param name="cancellationToken">The scan's own token.</param>
    public static async Task<ImmutableArray<InjectionPoint>> AllAsync(CheckContext context, Regex preferred, CancellationToken cancellationToken)
    {
        ImmutableArray<InjectionPoint> all = await context.Shared.OnceAsync("injection points", () => FindAsync(context, cancellationToken)).ConfigureAwait(false);
        return [.. all.OrderBy(point => preferred.IsMatch(point.Name) ? 0 : 1)];
    }

    private static async Task<ImmutableArray<InjectionPoint>> FindAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<InjectionPoint> points = [];
        foreach (Operation operation in context.Api.Operations.Where(one => one.Method is "GET" or "POST" or "PUT" or "PATCH"))
        {
            if (operation.IsSafe)
            {
                points.AddRange(await ReadAsync(context, operation, cancellationToken).ConfigureAwait(false));
            }
            else if (context.Request.Mode >= ScanMode.Active)
            {
                points.AddRange(operation.Method == "POST" ? await MakeAsync(context, operation, cancellationToken).ConfigureAwait(false) : await ChangeAsync(context, operation, cancellationToken).ConfigureAwait(false));
            }
        }

        return [.. points];
    }

    private static async Task<IEnumerable<InjectionPoint>> ReadAsync(CheckContext context, Operation operation, CancellationToken cancellationToken)
    {
        foreach (Identity identity in context.Api.Identities)
        {
            if (await context.Api.BaselineAsync(operation, identity, cancellationToken).ConfigureAwait(false) is BaselineResult.Learned { Baseline.Ask: var ask })
            {
                return Of(operation, identity, ask);
            }
        }

        return [];
    }

    // The sound request of a POST is sent many times: nobody's money moves in a mode that does not race it either.
    private static async Task<IEnumerable<InjectionPoint>> MakeAsync(CheckContext context, Operation operation, CancellationToken cancellationToken)
    {
        ImmutableArray<(Identity Identity, Ask Ask)> callers =
        [
            .. context.Api.Identities.Select(identity => (Identity: identity, Ask: context.Api.AskFor(operation, identity, Actor.Of(identity)))).Where(one => one.Ask is not null).Select(one => (one.Identity, one.Ask!)), // filtered
        ];
        if (callers is not [var first, ..])
        {
            return [];
        }

        if (SignInPlaces.Has(operation))
        {
            return await SignInPlaces.FindAsync(context, operation, Of(operation, first.Identity, first.Ask), cancellationToken).ConfigureAwait(false);
        }

        if (Lasting(operation, context.Request.Mode) is { } why)
        {
            return Of(operation, first.Identity, first.Ask).Select(point => point with { Withheld = why });
        }

        // Who is refused with what is right shows nothing with what is wrong.
        string? refused = null;
        foreach ((Identity identity, Ask ask) in callers)
        {
            Exchange exchange = await context.Writes.WriteAsync(ask with { Title = $"the sound request of {identity.Name}", Mode = ScanMode.Active, Pooled = true, Reusable = false }, null, cancellationToken).ConfigureAwait(false);
            if (exchange.Answer is { Status: >= 200 and < 300 } made)
            {
                await CreatedObject.RemoveAsync(context, operation, identity, made, cancellationToken).ConfigureAwait(false);
            }

            if (exchange.Answer is not { Status: 401 or 403 })
            {
                return Of(operation, identity, ask);
            }

            refused ??= exchange.Summary;
        }

        return Of(operation, first.Identity, first.Ask).Select(point => point with { Withheld = $"its sound request is refused to everybody: {refused}" });
    }

    private static async Task<IEnumerable<InjectionPoint>> ChangeAsync(CheckContext context, Operation operation, CancellationToken cancellationToken)
    {
        string? why = Lasting(operation, context.Request.Mode);
        foreach (Identity identity in why is null ? context.Api.Identities : [])
        {
            (EditableObject? editable, Outcome.NotTested? otherwise) = await EditableObject.FindAsync(context, operation, identity, cancellationToken).ConfigureAwait(false);
            IReadOnlyDictionary<string, JsonNode?>? members = editable?.Writable;
            if (editable is not null && members is not null
                && editable.AskFor(Actor.Of(identity), identity.Name, members, ScanMode.Active, editable.Tagged ? "*" : null) is { } same && editable.Restore(ScanMode.Active, members) is { } undo)
            {
                return Of(operation, identity, same).Select(point => point with { Undo = undo });
            }

            why ??= otherwise?.Reason;
        }

        return context.Api.First is { } first && context.Api.AskFor(operation, first, Actor.Of(first)) is { } ask
            ? Of(operation, first, ask).Select(point => point with { Withheld = why ?? "its request could not be written" })
            : [];
    }

    private static IEnumerable<InjectionPoint> Of(Operation operation, Identity identity, Ask ask) =>
        InjectionPoint.Of(operation, ask with { Pooled = true, Reusable = false }).Select(point => point with { Owner = identity });

    private static string? Lasting(Operation operation, ScanMode mode) =>
        SignInPlaces.Has(operation) ? "it signs in or out, or sets a password"
        : mode == ScanMode.Intrusive ? null
        : Money().IsMatch(operation.PathTemplate) ? "it moves money or changes rights"
        : operation is { Method: "POST", Body: null } ? "it takes no body: what it does cannot be put right again"
        : null;

    [GeneratedRegex("pay|transfer|refund|checkout|purchase|withdraw|redeem|cancel|invite|admin|role", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Money();
}
