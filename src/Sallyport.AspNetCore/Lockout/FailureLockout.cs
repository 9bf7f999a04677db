using System;
using System.Collections.Frozen;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Forwarding;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Lockout;

/// <summary>Counts failures where they belong and says what they cost.</summary>
internal sealed class FailureLockout : ILockout
{
    private readonly LockoutOptions _options;
    private readonly IPNetwork[] _exempt;
    private readonly FrozenSet<string> _exemptIdentities;
    private readonly TrustedProxies _proxies;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly FailureTable<PeerPrefix> _addresses;
    private readonly FailureTable<PeerPrefix> _proxyAddresses;
    private readonly FailureTable<string> _identities;
    private int _waiting;

    // How many accounts have failures: with none, which is nearly always, no request pays for the lock.
    private int _failing;

    public FailureLockout(IOptions<SallyportOptions> options, TrustedProxies proxies, TimeProvider time)
    {
        _options = options.Value.Lockout;
        _exempt = [.. _options.ExemptNetworks];
        _exemptIdentities = _options.ExemptIdentities.ToFrozenSet(StringComparer.Ordinal);
        _proxies = proxies;
        _time = time;
        _addresses = new FailureTable<PeerPrefix>(_options.MaxRemembered, _options.Window);

        // Seen for longer than failures are: a proxy keeps connections, and does not prove itself every minute.
        _proxyAddresses = new FailureTable<PeerPrefix>(_options.MaxRemembered, TimeSpan.FromHours(1));
        _identities = new FailureTable<string>(_options.MaxRemembered, _options.Window);
    }

    /// <summary>How many connections wait now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <inheritdoc/>
    public async ValueTask WaitAsync(EndPoint? remote, CancellationToken cancellationToken)
    {
        TimeSpan delay = DelayOf(remote);
        if (delay <= TimeSpan.Zero)
        {
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _waiting) <= _options.MaxWaiting)
            {
                await Task.Delay(delay, _time, cancellationToken);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <inheritdoc/>
    public bool IsExempt(EndPoint? remote)
    {
        if (Counted(remote) is not { } prefix)
        {
            return true;
        }

        DateTimeOffset now = _time.GetUtcNow();
        lock (_gate)
        {
            return _proxyAddresses.TryFind(prefix, now, out _);
        }
    }

    /// <summary>How long a new connection of a peer waits.</summary>
    public TimeSpan DelayOf(EndPoint? remote)
    {
        if (Counted(remote) is not { } prefix)
        {
            return TimeSpan.Zero;
        }

        DateTimeOffset now = _time.GetUtcNow();
        lock (_gate)
        {
            long over = _addresses.TryFind(prefix, now, out FailureTable<PeerPrefix>.Failures? failures) ? failures.Number - _options.AddressFailures : 0;
            return over > 0 && !_proxyAddresses.TryFind(prefix, now, out _)
                ? Doubled(_options.AddressDelay, over - 1, _options.MaxAddressDelay)
                : TimeSpan.Zero;
        }
    }

    /// <inheritdoc/>
    public void HandshakeFailed(EndPoint? remote)
    {
        if (Counted(remote) is { } prefix)
        {
            DateTimeOffset now = _time.GetUtcNow();
            lock (_gate)
            {
                _addresses.Add(prefix, now);
            }
        }
    }

    /// <inheritdoc/>
    public void HandshakePassed(EndPoint? remote, VerifiedClientCertificate certificate)
    {
        if (Counted(remote) is { } prefix && _proxies.Trusts(certificate))
        {
            DateTimeOffset now = _time.GetUtcNow();
            lock (_gate)
            {
                _proxyAddresses.Add(prefix, now);
            }
        }
    }

    /// <inheritdoc/>
    public TimeSpan? LockedFor(string identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        if (Volatile.Read(ref _failing) == 0)
        {
            return null;
        }

        DateTimeOffset now = _time.GetUtcNow();
        lock (_gate)
        {
            return _identities.TryFind(identity, now, out FailureTable<string>.Failures? failures) && failures.LockedUntil > now
                ? failures.LockedUntil - now
                : null;
        }
    }

    /// <inheritdoc/>
    public void IdentityFailed(string identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        if (_proxies.IsNamed(identity) || _exemptIdentities.Contains(identity))
        {
            return;
        }

        DateTimeOffset now = _time.GetUtcNow();
        lock (_gate)
        {
            // What comes in while it is locked, requests under way included, does not make the lock longer.
            if (_identities.TryFind(identity, now, out FailureTable<string>.Failures? known) && known.LockedUntil > now)
            {
                return;
            }

            FailureTable<string>.Failures failures = _identities.Add(identity, now);
            Volatile.Write(ref _failing, _identities.Count);
            if (failures.Number >= _options.IdentityFailures)
            {
                failures.LockedUntil = now + Doubled(_options.IdentityLock, failures.Locks, _options.MaxIdentityLock);
                failures.Locks++;
                failures.Number = 0;
            }
        }
    }

    /// <inheritdoc/>
    public void CallerFailed(ICallerFeature caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (caller.IsForwarded || !_proxies.Trusts(caller.Certificate))
        {
            IdentityFailed(caller.Identity.Name);
        }
    }

    /// <inheritdoc/>
    public void IdentityPassed(string identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        if (Volatile.Read(ref _failing) == 0)
        {
            return;
        }

        DateTimeOffset now = _time.GetUtcNow();
        lock (_gate)
        {
            // A lock runs to its end, whoever of the same account comes along with a good token.
            if (_identities.TryFind(identity, now, out FailureTable<string>.Failures? failures) && failures.LockedUntil <= now)
            {
                _identities.Forget(identity);
                Volatile.Write(ref _failing, _identities.Count);
            }
        }
    }

    private PeerPrefix? Counted(EndPoint? remote)
    {
        if (remote is not IPEndPoint { Address: { } address })
        {
            return null;
        }

        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _exempt.Any(network => network.Contains(plain)) ? null : PeerPrefix.Of(plain);
    }

    private static TimeSpan Doubled(TimeSpan first, long times, TimeSpan limit) =>
        times >= 32 || first.Ticks > limit.Ticks >> (int)times ? limit : TimeSpan.FromTicks(first.Ticks << (int)times);
}
