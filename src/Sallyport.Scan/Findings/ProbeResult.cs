namespace Sallyport.Scan.Findings;

/// <summary>The outcome of one probe: a check, on one operation, with one identity, in one variant.</summary>
/// <param name="Outcome">What it ended with.</param>
public sealed record ProbeResult(Outcome Outcome)
{
    /// <summary>The variant of a rule that bundles causes; must be one that the rule's <see cref="CheckInfo"/> declares.</summary>
    public string? Variant { get; init; }

    /// <summary>The operation, such as <c>GET /profiles/{id}</c>; <c>null</c> for the whole server.</summary>
    public string? Operation { get; init; }

    /// <summary>The identity used; <c>null</c> when none matters.</summary>
    public string? Identity { get; init; }
}
