using System;

namespace Sallyport.Forge.Revocation;

/// <summary>One revoked certificate in a list.</summary>
/// <remarks>RFC 5280, section 5.3.</remarks>
public sealed record RevokedEntry
{
    /// <summary>Content of the serialNumber INTEGER.</summary>
    public required ReadOnlyMemory<byte> Serial { get; init; }

    /// <summary>When it was revoked.</summary>
    public required DateTimeOffset RevokedAt { get; init; }

    /// <summary>Why; null writes no reason.</summary>
    public RevocationReason? Reason { get; init; }

    /// <summary>Since when the key is suspected; null writes nothing.</summary>
    public DateTimeOffset? InvalidSince { get; init; }

    /// <summary>The certificate's issuer, in an indirect list; null writes nothing.</summary>
    public DistinguishedName? CertificateIssuer { get; init; }
}
