using System.Collections.Immutable;

namespace Sallyport.Certificates;

/// <summary>The authorityKeyIdentifier extension (RFC 5280, section 4.2.1.1).</summary>
/// <param name="KeyIdentifier">The issuer's subject key identifier, or null when absent.</param>
/// <param name="Issuer">The names of the issuer's issuer; empty when absent.</param>
/// <param name="Serial">The issuer's serial number, or null when absent.</param>
public sealed record AuthorityKeyIdentifier(Octets? KeyIdentifier, ImmutableArray<GeneralName> Issuer, Octets? Serial);
