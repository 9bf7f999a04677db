using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.AspNetCore.Audit;

/// <summary>Where the guard writes what it decided.</summary>
public interface IAuditTrail
{
    /// <summary>Counts an event and queues it; for places that must not wait, such as a handshake.</summary>
    /// <param name="happened">The event.</param>
    void Note(AuditEvent happened);

    /// <summary>Counts an event and returns when the kernel has its record: call it before the response starts.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="cancellationToken">Ends the wait, not the record.</param>
    ValueTask RecordAsync(AuditEvent happened, CancellationToken cancellationToken);
}
