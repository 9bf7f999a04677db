namespace Sallyport.AspNetCore.Audit;

/// <summary>The reason codes of audit events and counters. Stable.</summary>
public static class AuditReasons
{
    /// <summary>No client certificate was presented.</summary>
    public const string CertificateMissing = "certificate.missing";

    /// <summary>The chain was refused; the finer code is the verifier's reason.</summary>
    public const string CertificateRefused = "certificate.refused";

    /// <summary>SNI and Host differ.</summary>
    public const string Misdirected = "host.misdirected";

    /// <summary>The certificate is no account's.</summary>
    public const string IdentityUnmapped = "identity.unmapped";

    /// <summary>Several accounts claim the certificate.</summary>
    public const string IdentityAmbiguous = "identity.ambiguous";

    /// <summary>The account is disabled or out of its dates.</summary>
    public const string IdentityInactive = "identity.inactive";

    /// <summary>What is known of identities is too old.</summary>
    public const string IdentityStale = "identity.stale";

    /// <summary>The token was refused; the finer code says why.</summary>
    public const string TokenRefused = "token.refused";

    /// <summary>The session was refused; the finer code says why.</summary>
    public const string SessionRefused = "session.refused";

    /// <summary>A session began.</summary>
    public const string SessionBegun = "session.begun";

    /// <summary>A session was ended, or all of an identity.</summary>
    public const string SessionEnded = "session.ended";

    /// <summary>A state change from another site; the finer code says by what it was told.</summary>
    public const string CrossSite = "csrf.cross-site";

    /// <summary>The policy of the route refused.</summary>
    public const string PolicyRefused = "policy.refused";

    /// <summary>What was authorized had changed when it was to be used.</summary>
    public const string UseStale = "use.stale";

    /// <summary>A connection lost its right and was closed.</summary>
    public const string ConnectionClosed = "connection.closed";

    /// <summary>A request under way that lost its right was aborted; the finer code says why.</summary>
    public const string RequestAborted = "request.aborted";

    /// <summary>A request passed every gate (recorded on option).</summary>
    public const string RequestAccepted = "request.accepted";

    /// <summary>The audit log was opened.</summary>
    public const string AuditOpened = "audit.opened";

    /// <summary>A new file of the audit log was begun.</summary>
    public const string AuditRotated = "audit.rotated";

    /// <summary>The audit log ended in the middle of a record, which was cut.</summary>
    public const string AuditRecovered = "audit.recovered";

    /// <summary>The audit log did not hold against its chain and was set aside.</summary>
    public const string AuditBroken = "audit.broken";

    /// <summary>The audit log ends before a checkpoint that was exported from it.</summary>
    public const string AuditTruncated = "audit.truncated";

    /// <summary>Equal refusals that have no record of their own; the finer code is their reason, or <c>others</c>.</summary>
    public const string AuditRepeated = "audit.repeated";

    /// <summary>Records that could not be written.</summary>
    public const string AuditLost = "audit.lost";

    /// <summary>A forwarded certificate from a peer that may not forward.</summary>
    public const string ForwardingRefused = "forwarding.refused";

    /// <summary>Too many failures from an address, or against an account.</summary>
    public const string LockedOut = "lockout";

    /// <summary>A request on a connection that did not come through the transport gate.</summary>
    public const string ConnectionUnguarded = "connection.unguarded";

    /// <summary>A handshake ended without a verdict: broken off, too slow, or without a common version or suite.</summary>
    public const string HandshakeFailed = "handshake.failed";

    /// <summary>There was no room for one more handshake.</summary>
    public const string HandshakeLimit = "handshake.limit";

    /// <summary>An identity was changed through this process's store; the finer code is the action.</summary>
    public const string IdentityChanged = "identity.changed";

    /// <summary>This node's view of identities was replaced, whoever changed them and where.</summary>
    public const string IdentitiesRead = "identities.read";

    /// <summary>What certificates are judged by has changed: authorities, lists, answers or the deny list.</summary>
    public const string TrustChanged = "trust.changed";
}
