using System.Collections.Immutable;

namespace Sallyport.Certificates;

/// <summary>One entry of certificatePolicies (RFC 5280, section 4.2.1.4).</summary>
/// <param name="Oid">The dotted policy.</param>
/// <param name="QualifierTypes">The dotted types of its qualifiers; empty when there are none.</param>
public sealed record CertificatePolicy(string Oid, ImmutableArray<string> QualifierTypes);
