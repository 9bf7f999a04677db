using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Races;

/// <summary>Requests that reach a server at the same moment.</summary>
internal static class Volley
{
    /// <summary>
    /// HTTP/1.1: one connection each, all but the last byte sent, then the last bytes together. HTTP/2: streams of one connection whose last frames leave in one write
    /// (the single-packet technique). Each request is noted as a write first.
    /// </summary>
    /// <param name="context">The target.</param>
    /// <param name="asks">The requests, at the same route; over HTTP/2 those of one actor.</param>
    /// <param name="http">Which HTTP.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The exchanges in the order of the asks.</returns>
    public static async Task<ImmutableArray<Exchange>> FireAsync(CheckContext context, ImmutableArray<Ask> asks, HttpFlavor http, CancellationToken cancellationToken)
    {
        foreach (Ask ask in asks.Where(ask => ask.Request is { Method: not ("GET" or "HEAD" or "OPTIONS") }))
        {
            context.Writes.Note(ask, null);
        }

        return http == HttpFlavor.Http2
            ? await StreamsAsync(context, asks, cancellationToken).ConfigureAwait(false)
            : await ConnectionsAsync(context, asks, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The kinds of HTTP that the target speaks.</summary>
    /// <param name="context">The target.</param>
    public static ImmutableArray<HttpFlavor> Flavors(CheckContext context) => context.Survey.Http2 ? [HttpFlavor.Http2, HttpFlavor.Http1] : [HttpFlavor.Http1];

    private static async Task<ImmutableArray<Exchange>> StreamsAsync(CheckContext context, ImmutableArray<Ask> asks, CancellationToken cancellationToken)
    {
        ImmutableArray<Ask> streams = [.. asks.Select(ask => ask with { Http = HttpFlavor.Http2 })];
        LiveConnection live = await context.Transport.ConnectAsync(streams[0], cancellationToken).ConfigureAwait(false);
        await using (live.ConfigureAwait(false))
        {
            return await live.SendTogetherAsync(streams, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<ImmutableArray<Exchange>> ConnectionsAsync(CheckContext context, ImmutableArray<Ask> asks, CancellationToken cancellationToken)
    {
        LiveConnection[] lives = await Task.WhenAll(asks.Select(ask => context.Transport.ConnectAsync(ask, cancellationToken))).ConfigureAwait(false);
        try
        {
            TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
            TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
            int away = lives.Length;
            void Arrive()
            {
                if (Interlocked.Decrement(ref away) == 0)
                {
                    ready.TrySetResult();
                }
            }

            Task<Exchange[]> sending = Task.WhenAll(lives.Zip(asks, (live, ask) => HeldAsync(live, ask, Arrive, gate.Task, cancellationToken)));
            await ready.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            gate.SetResult();
            return [.. await sending.ConfigureAwait(false)];
        }
        finally
        {
            foreach (LiveConnection live in lives)
            {
                await live.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task<Exchange> HeldAsync(LiveConnection live, Ask ask, Action arrive, Task gate, CancellationToken cancellationToken)
    {
        bool held = false;
        try
        {
            return await live.SendHeldAsync(
                ask,
                () =>
                {
                    held = true;
                    arrive();
                    return gate;
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Whoever could not send must not keep the others waiting.
            if (!held)
            {
                arrive();
            }
        }
    }
}
