namespace Sallyport.Scan.Reports;

/// <summary>Where a client without a certificate is refused.</summary>
public enum EnforcementPoint
{
    /// <summary>In the handshake, before the client's side finished.</summary>
    Handshake,

    /// <summary>By an alert after the client's side finished (TLS 1.3).</summary>
    Alert,

    /// <summary>By a close without an alert or an answer.</summary>
    Close,

    /// <summary>By an HTTP answer.</summary>
    Http,
}
