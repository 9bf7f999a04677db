using System.Collections.Immutable;

namespace Sallyport.Forge.Revocation;

/// <summary>Which certificates a list is about.</summary>
/// <remarks>RFC 5280, section 5.2.5.</remarks>
public sealed record IssuingDistributionPoint
{
    /// <summary>URLs of the distribution point; none writes no name.</summary>
    public ImmutableArray<string> Urls { get; init; } = [];

    /// <summary>Only end-entity certificates.</summary>
    public bool OnlyUserCertificates { get; init; }

    /// <summary>Only authorities' certificates.</summary>
    public bool OnlyAuthorityCertificates { get; init; }

    /// <summary>Only attribute certificates.</summary>
    public bool OnlyAttributeCertificates { get; init; }

    /// <summary>Entries may be of other issuers.</summary>
    public bool IsIndirect { get; init; }

    /// <summary>Only these reasons; none writes no limit.</summary>
    public ImmutableArray<RevocationReason> OnlyReasons { get; init; } = [];
}
