using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Injection;

/// <summary>A check that puts text where callers' text goes, one place after the other; several places side by side.</summary>
internal abstract class InjectionCheck : Check
{
    private const int AtOnce = 4;

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
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<InjectionPoint> all = await InjectionPoint.AllAsync(context, Preferred, int.MaxValue, cancellationToken).ConfigureAwait(false);
        ImmutableArray<InjectionPoint> points = [.. all.Where(IsTried).Take(MaxPlaces)];
        if (points.IsEmpty)
        {
            // What the mode kept from being looked at is not absent.
            bool unseen = context.Request.Mode < ScanMode.Active && context.Api.Operations.Any(operation => operation is { IsSafe: false, Body: not null });
            return all.IsEmpty || unseen
                ? CheckResult.NotTested("no operation with a parameter answers a valid identity", "--spec FILE with parameters, identities.NAME.values; --mode active for bodies")
                : CheckResult.NotApplicable("no parameter is of the kind that this is about");
        }

        ImmutableArray<ProbeResult>[] probes = new ImmutableArray<ProbeResult>[points.Length];
        await Parallel.ForAsync(0, points.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (i, token) =>
            probes[i] = [.. (await TryAsync(context, points[i], token).ConfigureAwait(false)).Select(probe => context.Keep(probe with { Operation = points[i].Operation.Name, Identity = points[i].Ask.Actor.Name }))]).ConfigureAwait(false);
        return new() { Probes = [.. probes.SelectMany(one => one)] };
    }

    /// <summary>Tries one place.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="point">The place.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    protected abstract Task<IReadOnlyCollection<ProbeResult>> TryAsync(CheckContext context, InjectionPoint point, CancellationToken cancellationToken);

    /// <summary>Sends and reads the text of the answer.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="ask">What to send; a request that may write goes through the journal.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    protected static async Task<(Exchange Exchange, HttpAnswer? Answer, string Text)> SendAsync(CheckContext context, Ask ask, CancellationToken cancellationToken)
    {
        Exchange exchange = ask.Mode == ScanMode.Safe
            ? await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false)
            : await context.Writes.WriteAsync(ask, null, cancellationToken).ConfigureAwait(false);
        return (exchange, exchange.Answer, exchange.Answer is { } answer ? AnswerShape.Text(answer) : "");
    }

    /// <summary>Whether two answers say the same: status, and the body without what changes between two equal calls.</summary>
    /// <param name="shape">Learned from two equal calls.</param>
    /// <param name="status">Their status.</param>
    /// <param name="other">The other answer.</param>
    protected static bool Same(AnswerShape shape, int status, HttpAnswer other) => other.Status == status && shape.Matches(other);
}
