using System.Collections.Immutable;

namespace Sallyport.Certificates;

/// <summary>One entry of cRLDistributionPoints or freshestCRL (RFC 5280, section 4.2.1.13).</summary>
/// <param name="Name">Where the list is, or null when only the issuer is named.</param>
/// <param name="Reasons">The reasons its lists cover, or null for all.</param>
/// <param name="Issuers">Who signs the list when it is not the certificate's issuer; empty when absent.</param>
public sealed record DistributionPoint(DistributionPointName? Name, RevocationReasons? Reasons, ImmutableArray<GeneralName> Issuers);
