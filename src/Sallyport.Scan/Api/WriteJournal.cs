using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Api;

/// <summary>Every write of the scan: noted before it is sent, and undone before the scan ends, whatever ends it.</summary>
/// <param name="transport">The way to the network.</param>
/// <param name="noted">Told of each write before it is sent, and of how its restoring ended; <c>null</c> for silence.</param>
internal sealed class WriteJournal(IScanTransport transport, Action<WriteRecord>? noted = null) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];

    /// <summary>What was written so far, in order.</summary>
    public ImmutableArray<WriteRecord> Records
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries.Select(entry => entry.Record)];
            }
        }
    }

    /// <summary>Sends a request that may write.</summary>
    /// <param name="write">The request; its mode decides whether the scan may send it.</param>
    /// <param name="restore">What undoes it, as the one who may; <c>null</c> when the write changes nothing that has to be undone (the scanner's own new object, a refused call).</param>
    /// <param name="cancellationToken">Cancels the write; the restoring is done all the same.</param>
    /// <param name="otherwise">What undoes it when <paramref name="restore"/> is refused: a server that lets in less also changed less.</param>
    public async Task<Exchange> WriteAsync(Ask write, Ask? restore, CancellationToken cancellationToken, Ask? otherwise = null)
    {
        Entry entry = Noted(write, restore, otherwise);
        try
        {
            return await transport.ExchangeAsync(write, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is BudgetException or ProbeRefusedException)
        {
            // It was never sent.
            lock (_gate)
            {
                _entries.Remove(entry);
            }

            throw;
        }
    }

    /// <summary>Notes a write that a check is about to send by itself: many at the same moment cannot go through <see cref="WriteAsync"/>.</summary>
    /// <param name="write">The request.</param>
    /// <param name="restore">What undoes it; <c>null</c> when nothing has to be undone.</param>
    public void Note(Ask write, Ask? restore) => Noted(write, restore, null);

    /// <summary>Undoes now, with one request, all writes that were noted with the same undoing; for a check that wrote the same thing several times.</summary>
    /// <param name="restore">The undoing, the very one that the writes were noted with; <c>null</c> does nothing.</param>
    /// <param name="cancellationToken">Ends the wait; what is still open then is undone at the end of the scan.</param>
    /// <returns>Whether all was undone.</returns>
    public async Task<bool> UndoAsync(Ask? restore, CancellationToken cancellationToken)
    {
        if (restore is null || Open(restore) is not [var first, ..])
        {
            return true;
        }

        WriteState state = await SendAsync(restore, first, cancellationToken).ConfigureAwait(false) ? WriteState.Restored : WriteState.NotRestored;
        foreach (Entry entry in Open(restore))
        {
            lock (_gate)
            {
                entry.Record = entry.Record with { State = state };
            }

            noted?.Invoke(entry.Record);
        }

        return state == WriteState.Restored;
    }

    /// <summary>Undoes what is still open now, last first; for a check that wants the old state before it goes on.</summary>
    /// <param name="cancellationToken">Ends the wait; what is still open then is undone at the end of the scan.</param>
    /// <returns>Whether all was undone.</returns>
    public async Task<bool> RestoreAsync(CancellationToken cancellationToken)
    {
        bool all = true;
        while (Last() is { } entry)
        {
            WriteState state;
            try
            {
                bool restored = await SendAsync(entry.Restore!, entry, cancellationToken).ConfigureAwait(false) // Last yields entries with one
                    || (entry.Otherwise is { } otherwise && await SendAsync(otherwise, entry, cancellationToken).ConfigureAwait(false));
                state = restored ? WriteState.Restored : WriteState.NotRestored;
            }
            catch (BudgetException)
            {
                state = WriteState.NotRestored;
            }

            all &= state == WriteState.Restored;
            lock (_gate)
            {
                entry.Record = entry.Record with { State = state };
            }

            noted?.Invoke(entry.Record);
        }

        return all;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Last() is null)
        {
            return;
        }

        transport.BeginRestoring();
        await RestoreAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private Entry Noted(Ask write, Ask? restore, Ask? otherwise)
    {
        Entry entry = new()
        {
            Record = new WriteRecord(write.Title, $"{write.Request?.Method} {write.Request?.Target}", write.Actor.Name, restore is null ? WriteState.Kept : WriteState.Open),
            Restore = restore,
            Otherwise = otherwise,
        };
        lock (_gate)
        {
            _entries.Add(entry);
        }

        noted?.Invoke(entry.Record);
        return entry;
    }

    private ImmutableArray<Entry> Open(Ask restore)
    {
        lock (_gate)
        {
            return [.. _entries.Where(entry => entry.Record.State == WriteState.Open && ReferenceEquals(entry.Restore, restore))];
        }
    }

    // A form's write is answered with a redirect.
    private async Task<bool> SendAsync(Ask restore, Entry entry, CancellationToken cancellationToken) =>
        (await transport.ExchangeAsync(restore with { Title = $"restore: {entry.Record.Title}", Pooled = false }, cancellationToken).ConfigureAwait(false)).Status is >= 200 and < 400;

    private Entry? Last()
    {
        lock (_gate)
        {
            return _entries.LastOrDefault(entry => entry.Record.State == WriteState.Open);
        }
    }

    private sealed class Entry
    {
        public required WriteRecord Record { get; set; }

        public Ask? Restore { get; init; }

        public Ask? Otherwise { get; init; }
    }
}
