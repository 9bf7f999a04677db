using System;
using System.Threading;

namespace Sallyport.Scan.Tests.Checks;

/// <summary>The system's clock and timers; what is measured is only what the server spends.</summary>
internal sealed class SpentTime : TimeProvider
{
    private long _spent;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Spend(double milliseconds) => Interlocked.Add(ref _spent, TimeSpan.FromMilliseconds(milliseconds).Ticks);

    public override long GetTimestamp() => Interlocked.Read(ref _spent);
}
