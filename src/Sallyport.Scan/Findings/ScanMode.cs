namespace Sallyport.Scan.Findings;

/// <summary>What a probe may do to the target. The transport refuses a probe above the scan's mode.</summary>
public enum ScanMode
{
    /// <summary>Handshakes; GET, HEAD and OPTIONS; the configured login. The default.</summary>
    Safe,

    /// <summary>Also methods that write only the scanner's own canary, and probes over 64 KB.</summary>
    Active,

    /// <summary>Also writes to a second identity's canary (restored), ended sessions, races, bursts, slow probes and hooks.</summary>
    Intrusive,
}
