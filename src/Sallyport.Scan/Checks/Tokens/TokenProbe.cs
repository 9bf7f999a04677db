using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>One forged token.</summary>
/// <param name="Name">What the report calls it, such as <c>alg none</c>.</param>
/// <param name="Token">The token.</param>
internal sealed record TokenProbe(string Name, string Token)
{
    /// <summary>The variant, when the rule bundles causes.</summary>
    public string? Variant { get; init; }

    /// <summary>The cause, when the rule's probes do not all share the rule's own: see <see cref="Causes.WhoeverShowsIt"/>.</summary>
    public string? Cause { get; init; }

    /// <summary>How sure an accept is at most.</summary>
    public Confidence AtMost { get; init; } = Confidence.Confirmed;

    /// <summary>Whether an accept is worth knowing and no weakness.</summary>
    public bool IsFact { get; init; }
}
