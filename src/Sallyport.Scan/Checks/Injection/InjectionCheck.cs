using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Authorization;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Injection;

/// <summary>A check that puts text where callers' text goes, one place after the other; several places side by side.</summary>
internal abstract class InjectionCheck : Check
{
    private const int AtOnce = 4;

    /// <summary>What is said of logins.</summary>
    protected const string AtLogins = " In active mode an identity marked disposable tries logins, registrations and forgotten passwords too: the right login follows each bad value, each registration has a name of its own, "
        + "and where the right one is then refused, or too many are, nothing passes.";

    /// <summary>The needs of such a check.</summary>
    protected static ImmutableArray<Need> Usual { get; } = [Need.Caller, Need.Operations];

    /// <summary>The most places that are tried: the best named ones first.</summary>
    protected virtual int MaxPlaces => 16;

    /// <summary>Names of parameters that are tried first.</summary>
    protected abstract Regex Preferred { get; }

    /// <summary>Whether a place is one that the check is about.</summary>
    /// <param name="point">The place.</param>
    protected virtual bool IsTried(InjectionPoint point) => true;

    /// <inheritdoc/>
    public override bool RunsAloneIn(ScanMode mode) => RunsAlone || mode >= ScanMode.Active;

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<InjectionPoint> all = await InjectionPlaces.AllAsync(context, Preferred, cancellationToken).ConfigureAwait(false);
        ImmutableArray<InjectionPoint> wanted = [.. all.Where(IsTried)];
        if (wanted.IsEmpty)
        {
            // What the mode kept from being looked at is not absent.
            bool unseen = context.Request.Mode < ScanMode.Active && context.Api.Operations.Any(operation => operation is { IsSafe: false, Body: not null });
            return all.IsEmpty || unseen
                ? CheckResult.NotTested("no operation with a parameter answers a valid identity", "--spec FILE with parameters, identities.NAME.values; --mode active for bodies")
                : CheckResult.NotApplicable("no parameter is of the kind that this is about");
        }

        // Logins and registrations are few, and come beside the others.
        ImmutableArray<InjectionPoint> open = [.. wanted.Where(point => point.Withheld is null).Select(point => point with { Hindrance = new() })];
        ImmutableArray<InjectionPoint> points = [.. open.Where(point => !point.SignsIn).Take(MaxPlaces), .. open.Where(point => point.SignsIn)];
        ImmutableArray<ProbeResult>[] probes = new ImmutableArray<ProbeResult>[points.Length];

        // Nothing is written while somebody reads, and one place of an object at a time: else one would be judged by what another wrote.
        foreach (ImmutableArray<int>[] lanes in new[] { Lanes(points, write: false), Lanes(points, write: true) })
        {
            await Parallel.ForEachAsync(lanes, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (lane, token) =>
            {
                foreach (int i in lane)
                {
                    IReadOnlyCollection<ProbeResult> tried = await TryAsync(context, points[i], token).ConfigureAwait(false);
                    probes[i] = [.. tried.Select(probe => context.Keep(Unhindered(probe, points[i]) with { Operation = points[i].Operation.Name, Identity = points[i].Ask.Actor.Name }))];
                    await context.Writes.UndoAsync(points[i].Undo, token).ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
        }

        return new() { Probes = [.. probes.SelectMany(one => one), .. Withheld(wanted)] };
    }

    private static ProbeResult Unhindered(ProbeResult probe, InjectionPoint point) => probe.Outcome is Outcome.Passed && point.Hindrance.Reason is { } reason
        ? probe with { Outcome = new Outcome.NotTested($"{point.Place}: {reason}") }
        : probe;

    private static ImmutableArray<int>[] Lanes(ImmutableArray<InjectionPoint> points, bool write) =>
    [
        .. Enumerable.Range(0, points.Length).Where(i => points[i].Operation.IsSafe != write)
            .GroupBy(i => write ? points[i].Operation.PathTemplate : i.ToString(CultureInfo.InvariantCulture))
            .Select(static lane => lane.ToImmutableArray()),
    ];

    private IEnumerable<ProbeResult> Withheld(ImmutableArray<InjectionPoint> wanted) =>
        from point in wanted
        where point.Withheld is not null
        group point by point.Operation.Name into operation
        from variant in Info.Variants.Select(static one => (string?)one.Slug).DefaultIfEmpty()
        select new ProbeResult(new Outcome.NotTested($"{operation.Key} gets no bad values: {operation.First().Withheld}")) { Operation = operation.Key, Variant = variant };

    /// <summary>Tries one place.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="point">The place.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    protected abstract Task<IReadOnlyCollection<ProbeResult>> TryAsync(CheckContext context, InjectionPoint point, CancellationToken cancellationToken);

    /// <summary>Sends and reads the text of the answer.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="point">The place that it goes to.</param>
    /// <param name="ask">What to send; a request that may write goes through the journal, with what undoes it.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    protected static async Task<(Exchange Exchange, HttpAnswer? Answer, string Text)> SendAsync(CheckContext context, InjectionPoint point, Ask ask, CancellationToken cancellationToken)
    {
        Exchange exchange = point.Operation.IsSafe
            ? await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false)
            : await context.Writes.WriteAsync(ask, point.Undo, cancellationToken).ConfigureAwait(false);
        if (point is { Operation.Method: "POST", Owner: { } owner } && exchange.Answer is { Status: >= 200 and < 300 } made)
        {
            await CreatedObject.RemoveAsync(context, point.Operation, owner, made, cancellationToken).ConfigureAwait(false);
        }

        if (exchange.Answer is { Status: 429 or 423 })
        {
            point.Hindrance.Note($"{ask.Title} was not looked at: {exchange.Summary}");
        }

        // Wrong logins are forgotten when a right one follows; where it does not, the account may be locked, and what comes is refused for that.
        if (point.Recall is { } right && exchange.Answer is not { Status: >= 200 and < 300 })
        {
            Exchange recalled = await context.Writes.WriteAsync(right, null, cancellationToken).ConfigureAwait(false);
            if (recalled.Answer is not { Status: >= 200 and < 300 })
            {
                point.Hindrance.Note($"the right login after a bad value got: {recalled.Summary}");
            }
        }

        return (exchange, exchange.Answer, exchange.Answer is { } answer ? AnswerShape.Text(answer) : "");
    }

    /// <summary>Whether two answers say the same: status, and the body without what changes between two equal calls.</summary>
    /// <param name="shape">Learned from two equal calls.</param>
    /// <param name="status">Their status.</param>
    /// <param name="other">The other answer.</param>
    protected static bool Same(AnswerShape shape, int status, HttpAnswer other) => other.Status == status && shape.Matches(other);
}
