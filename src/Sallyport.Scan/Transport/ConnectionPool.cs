using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace Sallyport.Scan.Transport;

/// <summary>Kept-alive connections, apart for each route and actor: what one identity's connection carried never meets another's.</summary>
internal sealed class ConnectionPool(TimeProvider time) : IAsyncDisposable
{
    /// <summary>Idle connections of one actor; more than are asked at once by the checks side by side.</summary>
    private const int MaxIdle = 8;

    /// <summary>Long enough for the next probe of a row; short, because a server that takes one connection at a time serves nobody else meanwhile.</summary>
    private static readonly TimeSpan s_fresh = TimeSpan.FromMilliseconds(300);

    private readonly ConcurrentDictionary<string, ConcurrentQueue<(LiveConnection Connection, long Since)>> _idle = new(StringComparer.Ordinal);
    private volatile bool _closed;

    /// <summary>Takes an idle connection.</summary>
    /// <param name="key">Route and actor (<see cref="AskKey.Connection"/>).</param>
    /// <returns><c>null</c> when there is none.</returns>
    public async ValueTask<LiveConnection?> TakeAsync(string key)
    {
        while (_idle.TryGetValue(key, out ConcurrentQueue<(LiveConnection Connection, long Since)>? queue) && queue.TryDequeue(out (LiveConnection Connection, long Since) one))
        {
            if (one.Connection.IsClean && time.GetElapsedTime(one.Since) < s_fresh)
            {
                return one.Connection;
            }

            await one.Connection.DisposeAsync().ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>Gives a connection back, or closes it when nothing more can go over it.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="connection">The connection; nobody else uses it.</param>
    public async ValueTask GiveAsync(string key, LiveConnection connection)
    {
        ConcurrentQueue<(LiveConnection Connection, long Since)> queue = _idle.GetOrAdd(key, static _ => new());
        if (!connection.IsClean || _closed || queue.Count >= MaxIdle)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            return;
        }

        queue.Enqueue((connection, time.GetTimestamp()));
        if (_closed)
        {
            await DisposeAsync().ConfigureAwait(false);
            return;
        }

        _ = SweepAsync(queue);
    }

    // Nobody waits for it: a connection that fails to close is gone as well.
    private async Task SweepAsync(ConcurrentQueue<(LiveConnection Connection, long Since)> queue)
    {
        await Task.Delay(s_fresh, time).ConfigureAwait(false);
        while (queue.TryPeek(out (LiveConnection Connection, long Since) oldest) && time.GetElapsedTime(oldest.Since) >= s_fresh && queue.TryDequeue(out (LiveConnection Connection, long Since) one))
        {
            try
            {
                await one.Connection.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is System.IO.IOException or ObjectDisposedException or System.Net.Sockets.SocketException)
            {
                // The server was faster.
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _closed = true;
        foreach (KeyValuePair<string, ConcurrentQueue<(LiveConnection Connection, long Since)>> one in _idle)
        {
            while (one.Value.TryDequeue(out (LiveConnection Connection, long Since) idle))
            {
                await idle.Connection.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
