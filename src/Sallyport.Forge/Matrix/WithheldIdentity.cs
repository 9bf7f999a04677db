namespace Sallyport.Forge.Matrix;

/// <summary>An identity that was not made, and why.</summary>
/// <param name="RuleId">Rule id.</param>
/// <param name="Variant">Name of the shape within the rule.</param>
/// <param name="Description">What it would have been.</param>
/// <param name="Reason">Why it was not made.</param>
/// <param name="Supply">What to give so that it can be made; null when nothing helps.</param>
public sealed record WithheldIdentity(string RuleId, string Variant, string Description, string Reason, string? Supply);
