namespace Sallyport.AspNetCore.Audit;

/// <summary>What an audit event tells.</summary>
public enum AuditKind
{
    /// <summary>A handshake, request or commit was refused.</summary>
    Refused,

    /// <summary>A request was let through (recorded on option).</summary>
    Accepted,

    /// <summary>Trust, revocation, an identity, a session or a connection changed.</summary>
    Changed,
}
