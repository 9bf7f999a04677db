using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Sallyport.AspNetCore.Tests.Identity;

/// <summary>Both clocks in the test's hand; timers fire on the thread that moves them.</summary>
internal sealed class TestTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<TestTimer> _timers = [];
    private DateTimeOffset _wall = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private TimeSpan _steady = TimeSpan.Zero;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _wall;
        }
    }

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _steady.Ticks;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new TestTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        return timer;
    }

    /// <summary>Lets time pass on both clocks.</summary>
    public void Pass(TimeSpan time) => Pass(time, time);

    /// <summary>The machine slept, or somebody set its clock: only the wall clock moves.</summary>
    public void SetWall(TimeSpan by) => Pass(TimeSpan.Zero, by);

    private void Pass(TimeSpan steady, TimeSpan wall)
    {
        TestTimer[] due;
        lock (_gate)
        {
            _steady += steady;
            _wall += wall;
            due = [.. _timers.Where(timer => timer.TakeDue(_steady))];
        }

        foreach (TestTimer timer in due)
        {
            timer.Fire();
        }
    }

    private sealed class TestTimer(TestTime time, Action fire) : ITimer
    {
        private TimeSpan? _due;
        private TimeSpan _period;

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                _due = dueTime == Timeout.InfiniteTimeSpan ? null : time._steady + dueTime;
                _period = period;
            }

            return true;
        }

        public bool TakeDue(TimeSpan now)
        {
            if (_due is not { } due || due > now)
            {
                return false;
            }

            _due = _period == Timeout.InfiniteTimeSpan ? null : now + _period;
            return true;
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
            }
        }

        public System.Threading.Tasks.ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
