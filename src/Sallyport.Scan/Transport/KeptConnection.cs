using System;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Scan.Transport;

/// <summary>Sends several requests of one actor over one connection for as long as the server keeps it, and over a fresh one after that.</summary>
/// <param name="transport">The way to the network.</param>
internal sealed class KeptConnection(IScanTransport transport) : IAsyncDisposable
{
    private LiveConnection? _live;

    /// <summary>Sends a request. What a kept connection does not answer is asked once more over a fresh one: a server may end what it kept open.</summary>
    /// <param name="ask">The request; route, actor, version and script are those of every other ask sent here.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<Exchange> SendAsync(Ask ask, CancellationToken cancellationToken)
    {
        if (_live is { CanSend: true } kept)
        {
            Exchange exchange = await kept.SendAsync(ask, cancellationToken).ConfigureAwait(false);
            if (exchange.Answer is not null)
            {
                return exchange;
            }
        }

        await DisposeAsync().ConfigureAwait(false);
        _live = await transport.ConnectAsync(ask, cancellationToken).ConfigureAwait(false);
        return await _live.SendAsync(ask, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_live is { } live)
        {
            _live = null;
            await live.DisposeAsync().ConfigureAwait(false);
        }
    }
}
