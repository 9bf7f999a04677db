using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading;

namespace Sallyport.AspNetCore.Audit;

/// <summary>The guard's meter and activity source, both named <c>Sallyport</c>.</summary>
internal sealed class GuardTelemetry
{
    /// <summary>The name of both.</summary>
    public const string Name = "Sallyport";

    /// <summary>A reason is a code of ours; more different ones than this would be a peer's doing.</summary>
    private const int MaxReasons = 512;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _reasons = new(StringComparer.Ordinal);
    private readonly Counter<long> _decisions;
    private readonly Counter<long> _lost;
    private readonly Counter<long> _summarized;

    public GuardTelemetry(IMeterFactory meters)
    {
        Meter = meters.Create(Name);
        _decisions = Meter.CreateCounter<long>("sallyport.decisions", "{decision}", "What the guard decided, by kind and reason.");
        _lost = Meter.CreateCounter<long>("sallyport.audit.lost", "{record}", "Audit records that could not be written.");
        _summarized = Meter.CreateCounter<long>("sallyport.audit.summarized", "{record}", "Repeats that are in a summary record only.");
    }

    /// <summary>For the instruments of the guard's other parts.</summary>
    public Meter Meter { get; }

    /// <summary>For the guard's activities; none costs anything while nobody listens.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    /// <summary>Counts an event.</summary>
    public void Count(AuditEvent happened)
    {
        if (_decisions.Enabled)
        {
            _decisions.Add(1, new KeyValuePair<string, object?>("kind", Kind(happened.Kind)), new KeyValuePair<string, object?>("reason", Bounded(happened.Reason)));
        }
    }

    /// <summary>Begins the activity of a decision; null while nobody listens.</summary>
    public Activity? Begin(AuditEvent happened)
    {
        Activity? activity = Activities.StartActivity("sallyport.decision");
        if (activity is not null)
        {
            activity.SetTag("sallyport.kind", Kind(happened.Kind));
            activity.SetTag("sallyport.reason", Bounded(happened.Reason));
            if (happened.Kind == AuditKind.Refused)
            {
                activity.SetStatus(ActivityStatusCode.Error, Bounded(happened.Reason));
            }
        }

        return activity;
    }

    public void CountLost(long records) => _lost.Add(records);

    public void CountSummarized() => _summarized.Add(1);

    private string Bounded(string reason)
    {
        lock (_gate)
        {
            bool usable = reason.Length <= 96 && (_reasons.Contains(reason) || (_reasons.Count < MaxReasons && _reasons.Add(reason)));
            return usable ? reason : "other";
        }
    }

    private static string Kind(AuditKind kind) => kind switch
    {
        AuditKind.Refused => "refused",
        AuditKind.Accepted => "accepted",
        _ => "changed",
    };
}
