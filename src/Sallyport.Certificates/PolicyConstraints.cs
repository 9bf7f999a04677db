namespace Sallyport.Certificates;

/// <summary>The policyConstraints extension (RFC 5280, section 4.2.1.11).</summary>
/// <param name="RequireExplicitPolicy">After how many certificates a policy is required, or null.</param>
/// <param name="InhibitPolicyMapping">After how many certificates mapping stops, or null.</param>
public sealed record PolicyConstraints(int? RequireExplicitPolicy, int? InhibitPolicyMapping);
