using System;
using System.Threading;

namespace Sallyport.AspNetCore.Tests.Revocation;

/// <summary>A clock that stands still until a test moves it. Timers are real.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _ticks = System.GetUtcNow().UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _ticks), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
