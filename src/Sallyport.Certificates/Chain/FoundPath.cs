using System.Collections.Immutable;

namespace Sallyport.Certificates.Chain;

/// <summary>A path that held.</summary>
/// <param name="Anchor">Where it starts.</param>
/// <param name="Path">From below the anchor to the target.</param>
/// <param name="Policies">The user-constrained policy set.</param>
internal sealed record FoundPath(TrustAnchor Anchor, ImmutableArray<CertificateProfile> Path, ImmutableArray<string> Policies);
