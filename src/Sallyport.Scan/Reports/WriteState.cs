namespace Sallyport.Scan.Reports;

/// <summary>What became of a write of the scan.</summary>
public enum WriteState
{
    /// <summary>Sent, and to be undone.</summary>
    Open,

    /// <summary>Undone: the restoring request was answered with 2xx.</summary>
    Restored,

    /// <summary>Not undone: say so to the owner of the target.</summary>
    NotRestored,

    /// <summary>Nothing to undo: the scanner's own object, or a call that was to be refused.</summary>
    Kept,
}
