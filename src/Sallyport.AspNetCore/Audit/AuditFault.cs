namespace Sallyport.AspNetCore.Audit;

/// <summary>What is wrong with an audit log.</summary>
public enum AuditFault
{
    /// <summary>A line is not a record as the guard writes it.</summary>
    Malformed,

    /// <summary>A record's chain value is not that of its content after its predecessor: something was changed, removed, added or moved.</summary>
    ChainBroken,

    /// <summary>A record's number does not follow its predecessor's.</summary>
    SequenceBroken,

    /// <summary>The first record is not the chain's first, and no checkpoint says what stood before it.</summary>
    BeginningMissing,

    /// <summary>A checkpoint is for a record that is not there any more.</summary>
    Truncated,

    /// <summary>A checkpoint's head is not that of its record: the log was written anew.</summary>
    CheckpointMismatch,

    /// <summary>A file that is not the last one ends in the middle of a line.</summary>
    PartialLine,
}
