using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Transport;

/// <summary>
/// Tells a server that refuses by a close from one that loses connections. A close without a word is asked again: it counts when it comes
/// again, and a server that was once seen to close by chance must close so often that chance does not do it.
/// </summary>
/// <param name="send">Sends an ask once.</param>
/// <remarks>docs/decisions/0061-refusals-by-close.md.</remarks>
internal sealed class SilentRefusals(Func<Ask, CancellationToken, Task<Exchange>> send)
{
    private const int Usually = 2;
    private const int OfAnUnsteadyServer = 6;
    private const int Afterwards = 2;

    private readonly ConcurrentQueue<Ask> _believed = new();
    private volatile bool _unsteady;

    /// <summary>Whether an ask does nothing that a second one would do twice.</summary>
    /// <param name="ask">The ask.</param>
    public static bool MayRepeat(Ask ask) => ask is { Mode: ScanMode.Safe, Request: null or { Method: "GET" or "HEAD" or "OPTIONS" } };

    /// <summary>Whether a close is one that the transport asks again by itself: when such a one comes out of it, it came again, and whoever asked need not repeat it.</summary>
    /// <param name="ask">What was asked.</param>
    /// <param name="exchange">What came of it.</param>
    public static bool IsSettled(Ask ask, Exchange exchange) => MayRepeat(ask) && IsSilent(exchange);

    /// <summary>The exchange, or what came instead of its close when it was asked again.</summary>
    /// <param name="ask">What was asked.</param>
    /// <param name="exchange">What came of it.</param>
    /// <param name="cancellationToken">Cancels the repetitions.</param>
    public async Task<Exchange> SettledAsync(Ask ask, Exchange exchange, CancellationToken cancellationToken)
    {
        if (!IsSettled(ask, exchange))
        {
            return exchange;
        }

        for (int closed = 1; closed < (_unsteady ? OfAnUnsteadyServer : Usually); closed++)
        {
            Exchange again = await send(ask, cancellationToken).ConfigureAwait(false);
            if (!IsSilent(again))
            {
                _unsteady = true;
                return again;
            }
        }

        if (!_unsteady)
        {
            _believed.Enqueue(ask);
        }

        return exchange;
    }

    /// <summary>
    /// Whether the refusals by close that were believed while the server seemed steady are there still. Only a server that was seen to close
    /// by chance since is asked.
    /// </summary>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<bool> StillHoldAsync(CancellationToken cancellationToken)
    {
        if (!_unsteady)
        {
            return true;
        }

        while (_believed.TryDequeue(out Ask? ask))
        {
            for (int asked = 0; asked < Afterwards; asked++)
            {
                if (!IsSilent(await send(ask, cancellationToken).ConfigureAwait(false)))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool IsSilent(Exchange exchange) => (exchange.Opening, exchange.Http) switch
    {
        (Opening.Closed { AfterOurAnswer: true }, _) => true,
        (Opening.Secured or Opening.Plain, HttpOutcome.Alerted { Alert.IsCloseNotify: true } or HttpOutcome.Closed { BytesReceived: 0 }) => true,
        _ => false,
    };
}
