using System;

namespace Sallyport.Forge.Revocation;

/// <summary>The answer about one certificate.</summary>
/// <remarks>RFC 6960, section 4.2.1 (SingleResponse).</remarks>
public sealed record OcspEntry
{
    /// <summary>Content of the certificate's serialNumber INTEGER.</summary>
    public required ReadOnlyMemory<byte> Serial { get; init; }

    /// <summary>What is said of it.</summary>
    public required OcspStatus Status { get; init; }

    /// <summary>When that was known to be right.</summary>
    public required DateTimeOffset ThisUpdate { get; init; }

    /// <summary>Until when; null leaves it out.</summary>
    public DateTimeOffset? NextUpdate { get; init; }

    /// <summary>Names the issuer by SHA-256 instead of SHA-1, which is what clients ask by; false by default.</summary>
    public bool HashesWithSha256 { get; init; }
}
