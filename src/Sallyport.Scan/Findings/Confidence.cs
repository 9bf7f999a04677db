namespace Sallyport.Scan.Findings;

/// <summary>How a finding was confirmed.</summary>
public enum Confidence
{
    /// <summary>A heuristic: never gates a build, never scores.</summary>
    Suspect,

    /// <summary>The control triple and body equality.</summary>
    Firm,

    /// <summary>A marker, a read-back, a callback, or a signature.</summary>
    Confirmed,
}
