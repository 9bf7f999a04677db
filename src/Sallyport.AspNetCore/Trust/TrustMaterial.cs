using System.Collections.Immutable;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Trust;

/// <summary>What the operator's files say about authorities at one moment.</summary>
/// <param name="Anchors">The roots of trust; at least one.</param>
/// <param name="Intermediates">What helps to find paths and signs lists.</param>
internal sealed record TrustMaterial(ImmutableArray<CertificateProfile> Anchors, ImmutableArray<CertificateProfile> Intermediates)
{
    /// <summary>Whoever may sign lists.</summary>
    public ImmutableArray<CertificateProfile> Signers { get; } = [.. Anchors, .. Intermediates];
}
