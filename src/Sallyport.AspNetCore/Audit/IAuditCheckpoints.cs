namespace Sallyport.AspNetCore.Audit;

/// <summary>Exports the head of the audit chain, to be kept where the log's owner cannot reach.</summary>
public interface IAuditCheckpoints
{
    /// <summary>The head after the last record that the kernel has; null before the log was opened or when there is none.</summary>
    AuditCheckpoint? Current { get; }
}
