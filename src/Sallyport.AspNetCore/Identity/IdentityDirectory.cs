using System;
using System.Threading;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Identity;

/// <summary>The one place where the snapshot of identities is replaced. Readers never lock and never wait.</summary>
internal sealed class IdentityDirectory(IOptions<SallyportOptions> options, TimeProvider time, GuardFaults? faults = null) : IIdentityDirectory
{
    private readonly TimeSpan _maxStaleness = options.Value.Identity.MaxStaleness;
    private readonly Lock _gate = new();
    private readonly Listeners<long> _listeners = new("listener to identities", faults);
    private View? _view;
    private Moment? _confirmed;

    /// <inheritdoc/>
    public long Epoch => Fresh()?.Epoch ?? 0;

    /// <inheritdoc/>
    long IIdentityDirectory.EpochAt(DateTimeOffset now) => Fresh(now)?.Epoch ?? 0;

    /// <summary>The store's epoch of the last snapshot; null before the first.</summary>
    public long? StoreEpoch => Volatile.Read(ref _view)?.StoreEpoch;

    /// <inheritdoc/>
    public IdentityAnswer Find(VerifiedClientCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Fresh() is { } view ? Answer(view, view.Index.Find(certificate.Leaf)) : new IdentityAnswer.Stale();
    }

    /// <inheritdoc/>
    public IdentityAnswer FindByName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Fresh() is { } view ? Answer(view, view.Index.Find(name)) : new IdentityAnswer.Stale();
    }

    /// <inheritdoc/>
    public void Subscribe(Action<long> listener)
    {
        // Under the gate: who subscribes while something is published hears it or finds it.
        lock (_gate)
        {
            _listeners.Add(listener);
        }
    }

    /// <summary>Replaces the snapshot by one that was asked for at <paramref name="asked"/>, and tells the listeners.</summary>
    public void Publish(StoredIdentities stored, Moment asked)
    {
        ArgumentNullException.ThrowIfNull(stored);
        IdentityIndex index = IdentityIndex.Of(stored);
        lock (_gate)
        {
            // The view first: an old confirmation of a new view denies too much for an instant, the reverse would let in too much.
            Show(index, stored.Epoch, asked);
            Volatile.Write(ref _confirmed, asked);
            Tell();
        }
    }

    /// <summary>The store was asked at <paramref name="asked"/> and has nothing newer.</summary>
    public void Confirm(Moment asked)
    {
        lock (_gate)
        {
            if (_view is not { } view)
            {
                return;
            }

            bool datesPassed = asked.Wall > view.NextDate;
            if (datesPassed)
            {
                Show(view.Index, view.StoreEpoch, asked);
            }

            Volatile.Write(ref _confirmed, asked);
            if (datesPassed)
            {
                Tell();
            }
        }
    }

    private IdentityAnswer Answer(View view, Owner owner)
    {
        if (owner.IsAmbiguous)
        {
            return new IdentityAnswer.Ambiguous();
        }

        return owner.Identity switch
        {
            null => new IdentityAnswer.Unmapped(),
            { } identity when identity.IsActive(time.GetUtcNow()) => new IdentityAnswer.Known(identity, view.Epoch),
            { } identity => new IdentityAnswer.Inactive(identity.Name),
        };
    }

    private View? Fresh() => Fresh(time.GetUtcNow());

    private View? Fresh(DateTimeOffset now) =>
        Volatile.Read(ref _confirmed) is { } confirmed && !confirmed.IsOlderThan(_maxStaleness, now, time) ? Volatile.Read(ref _view) : null;

    /// <summary>The store's own number, unless that went back (a restored backup): ours never does.</summary>
    private void Show(IdentityIndex index, long storeEpoch, Moment asked) =>
        Volatile.Write(ref _view, new View(index, Math.Max(storeEpoch, (_view?.Epoch ?? 0) + 1), storeEpoch, index.NextDate(asked.Wall)));

    /// <summary>The view was set just before, under the same lock.</summary>
    private void Tell() => _listeners.Tell(_view?.Epoch ?? 0);

    private sealed record View(IdentityIndex Index, long Epoch, long StoreEpoch, DateTimeOffset? NextDate);
}
