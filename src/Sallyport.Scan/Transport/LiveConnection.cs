using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls;
using Sallyport.Tls.Client;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Transport;

/// <summary>A connection for several steps. When it did not open, every step answers with how it ended.</summary>
internal sealed class LiveConnection : IAsyncDisposable
{
    private readonly ScanTransport _transport;
    private readonly ByteChannel? _channel;
    private Http1Connection? _http1;
    private Http2Connection? _http2;

    /// <summary>Takes over what the transport opened.</summary>
    /// <param name="transport">Counts what is sent.</param>
    /// <param name="opened">How it opened, without an HTTP outcome.</param>
    /// <param name="channel">The channel; <c>null</c> when it did not open.</param>
    internal LiveConnection(ScanTransport transport, Exchange opened, ByteChannel? channel)
    {
        _transport = transport;
        _channel = channel;
        Opened = opened;
    }

    /// <summary>How it opened; no request was sent in it.</summary>
    public Exchange Opened { get; }

    /// <summary>Whether our side of the opening finished.</summary>
    public bool IsOpen => _channel is not null;

    /// <summary>The TLS session; <c>null</c> without TLS or when it did not open.</summary>
    public TlsSession? Tls => _channel as TlsSession;

    /// <summary>The tickets received by now. In TLS 1.3 they come while answers are read.</summary>
    public ImmutableArray<SessionTicket> Tickets => Tls?.Tickets ?? [];

    /// <summary>Whether a further request can go over it (an HTTP/1.1 server may have said that it closes).</summary>
    public bool CanSend => IsOpen && (_http1?.CanSendAnother ?? _http2?.CanSendAnother ?? true);

    /// <summary>Whether a further request can go over it, and nothing lies unread that could be taken for its answer.</summary>
    public bool IsClean => CanSend && (_http1?.UnreadBytes ?? 0) == 0;

    /// <summary>Sends a request over this connection and reads its answer.</summary>
    /// <param name="ask">Its title, request, actor (for application credentials) and Host count; route, version and script are the connection's.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<Exchange> SendAsync(Ask ask, CancellationToken cancellationToken)
    {
        _transport.Guard(ask);
        return await SendLoginAsync(ask, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same without the guard of modes: for the configured login, which every mode allows.</summary>
    /// <param name="ask">The request.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    internal async Task<Exchange> SendLoginAsync(Ask ask, CancellationToken cancellationToken)
    {
        if (_channel is null)
        {
            return Opened with { Ask = ask };
        }

        Prepared prepared = await _transport.PrepareAsync(ask, Opened, cancellationToken).ConfigureAwait(false);
        if (Obstacle() is { } obstacle)
        {
            return _transport.Finish(Opened with { Ask = prepared.Ask, NotSent = obstacle }, Tls, null, prepared);
        }

        await _transport.Budget.TakeRequestAsync(cancellationToken).ConfigureAwait(false);
        HttpLimits limits = new() { Timeout = _transport.Budget.ProbeTime };
        HttpOutcome outcome = Opened.Ask.Http == HttpFlavor.Http2
            ? await Http2(_channel).SendAsync(prepared.OnTheWire, limits, cancellationToken).ConfigureAwait(false)
            : await Http1(_channel).SendAsync(prepared.OnTheWire, limits, cancellationToken).ConfigureAwait(false);
        return _transport.Finish(Opened with { Ask = prepared.Ask }, Tls, outcome, prepared);
    }

    /// <summary>HTTP/1.1 only: sends a request but for its last byte, waits, then sends that and reads the answer.</summary>
    /// <param name="ask">Its title, request and actor count, as in <see cref="SendAsync"/>.</param>
    /// <param name="beforeLast">Awaited when all but the last byte has been sent; not called when nothing could be sent.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<Exchange> SendHeldAsync(Ask ask, Func<Task> beforeLast, CancellationToken cancellationToken)
    {
        _transport.Guard(ask);
        if (_channel is null)
        {
            return Opened with { Ask = ask };
        }

        Prepared prepared = await _transport.PrepareAsync(ask, Opened, cancellationToken).ConfigureAwait(false);
        if ((Opened.Ask.Http == HttpFlavor.Http2 ? "the connection does not speak HTTP/1.1" : Obstacle()) is { } obstacle)
        {
            return _transport.Finish(Opened with { Ask = prepared.Ask, NotSent = obstacle }, Tls, null, prepared);
        }

        await _transport.Budget.TakeRequestAsync(cancellationToken).ConfigureAwait(false);
        HttpLimits limits = new() { Timeout = _transport.Budget.ProbeTime };
        HttpOutcome outcome = await Http1(_channel).SendHeldAsync(prepared.OnTheWire, beforeLast, limits, cancellationToken).ConfigureAwait(false);
        return _transport.Finish(Opened with { Ask = prepared.Ask }, Tls, outcome, prepared);
    }

    /// <summary>HTTP/2 only: sends several requests so that the server sees their ends at once.</summary>
    /// <param name="asks">One stream each.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The exchanges in the order of the asks.</returns>
    public async Task<ImmutableArray<Exchange>> SendTogetherAsync(ImmutableArray<Ask> asks, CancellationToken cancellationToken)
    {
        ImmutableArray<Exchange>.Builder exchanges = ImmutableArray.CreateBuilder<Exchange>(asks.Length);
        ImmutableArray<Prepared>.Builder prepared = ImmutableArray.CreateBuilder<Prepared>(asks.Length);
        foreach (Ask ask in asks)
        {
            _transport.Guard(ask);
            if (_channel is null || Obstacle() is not null || Opened.Ask.Http != HttpFlavor.Http2)
            {
                exchanges.Add(Opened with { Ask = ask, NotSent = Obstacle() ?? "the connection does not speak HTTP/2" });
                continue;
            }

            prepared.Add(await _transport.PrepareAsync(ask, Opened, cancellationToken).ConfigureAwait(false));
            await _transport.Budget.TakeRequestAsync(cancellationToken).ConfigureAwait(false);
        }

        if (prepared.Count == 0 || _channel is null)
        {
            return exchanges.ToImmutable();
        }

        HttpLimits limits = new() { Timeout = _transport.Budget.ProbeTime };
        ImmutableArray<RawHttpRequest> requests = [.. prepared.Select(p => p.OnTheWire)];
        ImmutableArray<HttpOutcome> outcomes = await Http2(_channel).SendTogetherAsync(requests, limits, cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < prepared.Count; i++)
        {
            exchanges.Add(_transport.Finish(Opened with { Ask = prepared[i].Ask }, Tls, outcomes[i], prepared[i]));
        }

        return exchanges.ToImmutable();
    }

    /// <summary>Reads on without asking anything, until the server says something or ends: late alerts and tickets come this way.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>What came; <c>null</c> when nothing came within the probe's time-out. Application bytes are dropped.</returns>
    public async Task<ChannelRead?> ListenAsync(CancellationToken cancellationToken)
    {
        if (_channel is null)
        {
            return new ChannelRead.Closed();
        }

        using CancellationTokenSource own = new(_transport.Budget.ProbeTime, _transport.Time);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, own.Token);
        try
        {
            return await _channel.ReadAsync(new byte[4096], limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_http2 is not null)
        {
            await _http2.DisposeAsync().ConfigureAwait(false);
        }

        if (_channel is not null)
        {
            await _channel.DisposeAsync().ConfigureAwait(false);
        }
    }

    private Http1Connection Http1(ByteChannel channel) => _http1 ??= new(channel, _transport.Time);

    private Http2Connection Http2(ByteChannel channel) => _http2 ??= new(channel, _transport.Time);

    private string? Obstacle() => this switch
    {
        { Opened.Ask.Http: HttpFlavor.Http2, Tls: { } session } when session.Alpn != "h2" => "the server did not agree on HTTP/2",
        { CanSend: false } => "the server had closed the connection for further requests",
        _ => null,
    };
}
