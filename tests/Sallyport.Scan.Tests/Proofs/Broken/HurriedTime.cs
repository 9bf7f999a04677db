using System;
using System.Threading;

namespace Sallyport.Scan.Tests.Proofs.Broken;

/// <summary>The system's clock, whose timers run faster once hurried: nobody waits seconds for a server that says nothing.</summary>
internal sealed class HurriedTime : TimeProvider
{
    private volatile int _factor = 1;

    /// <summary>Timers made from now on end this many times sooner.</summary>
    public void Hurry(int factor) => _factor = factor;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / _factor : dueTime, period);
}
