using System;

namespace Sallyport.Forge.Revocation;

/// <summary>What an OCSP answer says of one certificate.</summary>
/// <remarks>RFC 6960, section 2.2.</remarks>
public abstract record OcspStatus
{
    private OcspStatus()
    {
    }

    /// <summary>Not revoked.</summary>
    public sealed record Good : OcspStatus;

    /// <summary>Revoked.</summary>
    /// <param name="At">Since when.</param>
    /// <param name="Reason">Why; null writes none.</param>
    public sealed record Revoked(DateTimeOffset At, RevocationReason? Reason = null) : OcspStatus;

    /// <summary>The responder does not know the certificate.</summary>
    public sealed record Unknown : OcspStatus;
}
