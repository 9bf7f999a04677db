using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.AspNetCore.Tests.Lockout;

/// <summary>A clock that moves when it is told to, and rings what was due on the way.</summary>
internal sealed class SteppedTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Alarm> _alarms = [];
    private DateTimeOffset _now = start;

    /// <summary>How many timers are set.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _alarms.Count(alarm => alarm.Due is not null);
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        alarm.Change(dueTime, period);
        return alarm;
    }

    public void Step(TimeSpan time)
    {
        lock (_gate)
        {
            _now += time;
        }

        while (Next() is { } due)
        {
            due.Ring();
        }
    }

    private Alarm? Next()
    {
        lock (_gate)
        {
            return _alarms.Where(alarm => alarm.Due <= _now).OrderBy(alarm => alarm.Due).FirstOrDefault();
        }
    }

    private sealed class Alarm(SteppedTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset? Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                _period = period;
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : time._now + dueTime;
                if (!time._alarms.Contains(this))
                {
                    time._alarms.Add(this);
                }
            }

            return true;
        }

        public void Ring()
        {
            lock (time._gate)
            {
                Due = _period > TimeSpan.Zero ? time._now + _period : null;
            }

            callback(state);
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                Due = null;
                time._alarms.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
