using System;
using System.Threading;
using Sallyport.AspNetCore.Audit;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.AspNetCore.Trust;

/// <summary>The one place where the current <see cref="TrustState"/> is replaced. Readers never lock and never wait.</summary>
internal sealed class TrustHolder(TimeProvider time, GuardFaults? faults = null)
{
    private readonly Lock _gate = new();
    private readonly Listeners<TrustState> _listeners = new("listener to trust", faults);
    private TrustState? _current;

    /// <summary>What counts now; null until the first one was published, and then nobody is let in.</summary>
    public TrustState? Current => Volatile.Read(ref _current);

    /// <summary>Replaces what counts, under the next epoch, and tells the listeners before it returns.</summary>
    /// <returns>The new state.</returns>
    public TrustState Publish(ChainVerifier verifier, RevocationSnapshot revocation)
    {
        ArgumentNullException.ThrowIfNull(verifier);
        ArgumentNullException.ThrowIfNull(revocation);
        lock (_gate)
        {
            var next = new TrustState((_current?.Epoch ?? 0) + 1, verifier, revocation, time.GetUtcNow());
            Volatile.Write(ref _current, next);
            _listeners.Tell(next);
            return next;
        }
    }

    /// <summary>Hears of every later state, in order, on the publisher's thread: be quick.</summary>
    public void Subscribe(Action<TrustState> listener)
    {
        // Under the gate: who subscribes while something is published hears it or finds it.
        lock (_gate)
        {
            _listeners.Add(listener);
        }
    }
}
