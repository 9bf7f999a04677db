using System;

namespace Sallyport.Scan.Engine;

/// <summary>When a scan ran.</summary>
/// <param name="StartedAt">When it started.</param>
/// <param name="Duration">How long it took.</param>
internal readonly record struct ScanClock(DateTimeOffset StartedAt, TimeSpan Duration);
