using System;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Sallyport.AspNetCore.Audit;

/// <summary>Says and counts what broke inside the guard and must not stop the rest of it.</summary>
internal sealed partial class GuardFaults
{
    /// <summary>Faults by the part that broke.</summary>
    public const string Counter = "sallyport.faults";

    private readonly ILogger _logger;
    private readonly Counter<long>? _faults;

    public GuardFaults(ILogger<GuardFaults> logger, GuardTelemetry telemetry)
        : this(logger) => _faults = telemetry.Meter.CreateCounter<long>(Counter, "{fault}", "What broke inside the guard while the rest went on, by part.");

    /// <summary>For parts that live outside of a guarded host: they only say it.</summary>
    public GuardFaults(ILogger logger) => _logger = logger;

    /// <summary>Whether the rest may go on after an exception.</summary>
    public static bool MayGoOn(Exception fault) => fault is not OutOfMemoryException;

    /// <summary>Says and counts that a part broke.</summary>
    public void Tell(string part, Exception fault)
    {
        _faults?.Add(1, new System.Collections.Generic.KeyValuePair<string, object?>("part", part));
        LogFault(part, fault);
    }

    [LoggerMessage(EventId = 2372, Level = LogLevel.Error, Message = "The guard's part {Part} broke; the rest went on.")]
    private partial void LogFault(string part, Exception fault);
}
