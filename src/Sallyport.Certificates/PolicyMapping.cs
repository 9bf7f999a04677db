namespace Sallyport.Certificates;

/// <summary>One pair of policyMappings (RFC 5280, section 4.2.1.5).</summary>
/// <param name="IssuerDomain">The issuer's policy, dotted.</param>
/// <param name="SubjectDomain">The subject's policy that it is equal to, dotted.</param>
public sealed record PolicyMapping(string IssuerDomain, string SubjectDomain);
