using System;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Transport;

/// <summary>Keeps the scan's bounds: connections, requests, their rate, handshakes at once, and time.</summary>
internal sealed class ProbeBudget : IDisposable
{
    private readonly ScanLimits _limits;
    private readonly TimeProvider _time;
    private static readonly TimeSpan s_restoring = TimeSpan.FromSeconds(15);

    private TimeSpan _deadline;
    private bool _unbounded;
    private readonly long _start;
    private readonly SemaphoreSlim _handshakes;
    private readonly Lock _gate = new();
    private int _connections;
    private int _requests;
    private int _saved;
    private double _tokens;
    private long _filled;

    /// <summary>Starts the scan's clock.</summary>
    /// <param name="limits">The bounds.</param>
    /// <param name="mode">Decides the deadline when the limits name none: 60 seconds in safe mode, 10 minutes otherwise.</param>
    /// <param name="time">The clock.</param>
    public ProbeBudget(ScanLimits limits, ScanMode mode, TimeProvider time)
    {
        _limits = limits;
        _time = time;
        _deadline = limits.Timeout ?? (mode == ScanMode.Safe ? TimeSpan.FromSeconds(60) : TimeSpan.FromMinutes(10));
        _start = _filled = time.GetTimestamp();
        _tokens = limits.RequestsPerSecond;
        _handshakes = new SemaphoreSlim(limits.HandshakesAtOnce);
    }

    /// <summary>What was spent so far.</summary>
    public TransportCounts Counts => new(Volatile.Read(ref _requests), Volatile.Read(ref _saved), Volatile.Read(ref _connections));

    /// <summary>The time that one probe may take now.</summary>
    /// <exception cref="BudgetException">The deadline has passed.</exception>
    public TimeSpan ProbeTime
    {
        get
        {
            TimeSpan left = _deadline - _time.GetElapsedTime(_start);
            return left <= TimeSpan.Zero
                ? throw new BudgetException(string.Create(CultureInfo.InvariantCulture, $"the deadline of {_deadline.TotalSeconds:0.#} s has passed"))
                : left < _limits.ProbeTimeout ? left : _limits.ProbeTimeout;
        }
    }

    /// <summary>Gives what undoes writes 15 s from now, and as many requests as it needs.</summary>
    public void BeginRestoring()
    {
        _deadline = _time.GetElapsedTime(_start) + s_restoring;
        Volatile.Write(ref _unbounded, true);
    }

    /// <summary>Counts a connection.</summary>
    /// <exception cref="BudgetException">There is none left, or no time.</exception>
    public void TakeConnection()
    {
        _ = ProbeTime;
        if (Interlocked.Increment(ref _connections) > _limits.Connections && !_unbounded)
        {
            Interlocked.Decrement(ref _connections);
            throw new BudgetException(string.Create(CultureInfo.InvariantCulture, $"{_limits.Connections} connections"));
        }
    }

    /// <summary>Counts a request and waits until its turn has come.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="BudgetException">There is none left, or no time.</exception>
    public async Task TakeRequestAsync(CancellationToken cancellationToken)
    {
        _ = ProbeTime;
        if (Interlocked.Increment(ref _requests) > _limits.Requests && !_unbounded)
        {
            Interlocked.Decrement(ref _requests);
            throw new BudgetException(string.Create(CultureInfo.InvariantCulture, $"{_limits.Requests} requests"));
        }

        TimeSpan wait = Reserve();
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
            _ = ProbeTime;
        }
    }

    /// <summary>Waits for a free handshake.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Frees it when disposed.</returns>
    public async Task<IDisposable> EnterHandshakeAsync(CancellationToken cancellationToken)
    {
        await _handshakes.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Slot(_handshakes);
    }

    /// <summary>Counts a request that an earlier answer made unnecessary.</summary>
    public void Save() => Interlocked.Increment(ref _saved);

    /// <inheritdoc/>
    public void Dispose() => _handshakes.Dispose();

    // A bucket that holds one second's worth; a reservation may run it into debt, and the debt is the wait.
    private TimeSpan Reserve()
    {
        lock (_gate)
        {
            long now = _time.GetTimestamp();
            _tokens = Math.Min(_limits.RequestsPerSecond, _tokens + (_time.GetElapsedTime(_filled, now).TotalSeconds * _limits.RequestsPerSecond));
            _filled = now;
            _tokens -= 1;
            return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / _limits.RequestsPerSecond);
        }
    }

    private sealed class Slot(SemaphoreSlim handshakes) : IDisposable
    {
        private int _freed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _freed, 1) == 0)
            {
                handshakes.Release();
            }
        }
    }
}
