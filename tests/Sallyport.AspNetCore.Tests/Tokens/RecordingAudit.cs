using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Audit;

namespace Sallyport.AspNetCore.Tests.Tokens;

/// <summary>Keeps what it was told.</summary>
internal sealed class RecordingAudit : IAuditTrail
{
    private readonly ConcurrentQueue<AuditEvent> _events = new();

    public AuditEvent[] Events => [.. _events];

    public string? LastReason => _events.LastOrDefault()?.Reason;

    public void Note(AuditEvent happened) => _events.Enqueue(happened);

    public ValueTask RecordAsync(AuditEvent happened, CancellationToken cancellationToken)
    {
        _events.Enqueue(happened);
        return ValueTask.CompletedTask;
    }
}
