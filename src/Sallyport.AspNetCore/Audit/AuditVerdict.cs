namespace Sallyport.AspNetCore.Audit;

/// <summary>The answer of <see cref="AuditVerifier"/>.</summary>
public abstract record AuditVerdict
{
    private AuditVerdict()
    {
    }

    /// <summary>Every record is there, in order, as it was written.</summary>
    /// <param name="Records">How many.</param>
    /// <param name="Head">The last one's number and chain value.</param>
    /// <param name="PartialBytes">Octets after the last whole line: a record that was being written when the process ended, never acknowledged.</param>
    public sealed record Intact(long Records, AuditCheckpoint Head, int PartialBytes) : AuditVerdict;

    /// <summary>Something is wrong; everything before it is as it was written.</summary>
    /// <param name="Fault">What.</param>
    /// <param name="File">In which file; empty when no file is there to name.</param>
    /// <param name="Line">At which line, from 1; 0 when at none.</param>
    public sealed record Broken(AuditFault Fault, string File, long Line) : AuditVerdict;
}
