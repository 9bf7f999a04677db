namespace Sallyport.Certificates.Chain;

/// <summary>What a certificate does against the profile.</summary>
internal readonly record struct ConformanceFault(RefusalReason Reason, ProfileClause Clause, string Detail);
