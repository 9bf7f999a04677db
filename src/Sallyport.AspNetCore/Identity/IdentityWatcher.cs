using System;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Audit;

namespace Sallyport.AspNetCore.Identity;

/// <summary>Keeps the directory true: reads the store when it speaks, and asks for its epoch every second whether it speaks or not.</summary>
internal sealed partial class IdentityWatcher(
    IdentityDirectory directory, IOptions<SallyportOptions> options, TimeProvider time, ILogger<IdentityWatcher> logger, ICertificateIdentityStore? store = null,
    IAuditTrail? audit = null)
    : BackgroundService
{
    private static readonly TimeSpan _pollInterval = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _limit = options.Value.Identity.MaxStaleness;
    private bool _failing;

    /// <summary>Reads the store once before the server listens; a store that does not answer delays the start by its limit, not for ever.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (store is null)
        {
            LogNoStore();
            return;
        }

        await RefreshAsync(store, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (store is null)
        {
            return;
        }

        // One pending wish is enough: whoever asks while a reading is under way gets one more after it.
        Channel<bool> wishes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        await using ITimer clock = time.CreateTimer(_ => wishes.Writer.TryWrite(true), null, _pollInterval, _pollInterval);
        Task listening = ListenAsync(store, wishes.Writer, stoppingToken);
        try
        {
            while (await wishes.Reader.WaitToReadAsync(stoppingToken))
            {
                wishes.Reader.TryRead(out _);
                await RefreshAsync(store, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }

        await listening;
    }

    private async Task ListenAsync(ICertificateIdentityStore from, ChannelWriter<bool> wishes, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await from.WaitForChangeAsync(stoppingToken);
                wishes.TryWrite(true);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // The polled epoch carries on alone meanwhile.
                LogNotListening(e);
                await PauseAsync(stoppingToken);
            }
        }
    }

    private async Task PauseAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(_pollInterval, time, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; the loop sees it.
        }
    }

    private async Task RefreshAsync(ICertificateIdentityStore from, CancellationToken cancellationToken)
    {
        // Taken before the store is asked: what it answers is at least as new.
        Moment asked = Moment.Of(time);
        using var limit = new CancellationTokenSource(_limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            if (directory.StoreEpoch == await from.ReadEpochAsync(either.Token))
            {
                directory.Confirm(asked);
            }
            else
            {
                StoredIdentities stored = await from.ReadAsync(either.Token);
                int count = stored.Identities.IsDefault ? 0 : stored.Identities.Length;
                if (directory.StoreEpoch is not null)
                {
                    // Whoever changed it, here, on another node or by hand; before anything follows from it.
                    audit?.Note(new AuditEvent { Kind = AuditKind.Changed, Reason = AuditReasons.IdentitiesRead, Detail = $"epoch {stored.Epoch}: {count} identities" });
                }

                directory.Publish(stored, asked);
                LogRead(stored.Epoch, count);
            }

            if (_failing)
            {
                _failing = false;
                LogReadAgain();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Said once per outage: it is asked again every second.
            if (!_failing)
            {
                _failing = true;
                LogUnread(e, _limit);
            }
        }
    }

    [LoggerMessage(EventId = 2320, Level = LogLevel.Warning, Message = "No identity store is registered: no certificate is anybody's. Add one with AddSallyportIdentityStore or AddSallyportIdentities.")]
    private partial void LogNoStore();

    [LoggerMessage(EventId = 2321, Level = LogLevel.Information, Message = "Identities read: epoch {Epoch}, {Count} identities.")]
    private partial void LogRead(long epoch, int count);

    [LoggerMessage(EventId = 2322, Level = LogLevel.Error, Message = "The identity store does not answer; the last snapshot counts for {Limit} after its last confirmation, then nobody is let in.")]
    private partial void LogUnread(Exception exception, TimeSpan limit);

    [LoggerMessage(EventId = 2323, Level = LogLevel.Information, Message = "The identity store answers again.")]
    private partial void LogReadAgain();

    [LoggerMessage(EventId = 2324, Level = LogLevel.Warning, Message = "The identity store cannot tell of changes; its epoch is polled alone until it can.")]
    private partial void LogNotListening(Exception exception);
}
