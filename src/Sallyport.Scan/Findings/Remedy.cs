namespace Sallyport.Scan.Findings;

/// <summary>What to change, for one stack.</summary>
/// <param name="Stack">The stack; <c>null</c> for advice that fits every stack.</param>
/// <param name="Text">One or two sentences that say what to do.</param>
/// <param name="Flaw">The configuration or code that has the flaw; <c>null</c> when there is nothing to show.</param>
/// <param name="Fix">The configuration or code that has it fixed; <c>null</c> when there is nothing to show.</param>
public sealed record Remedy(ServerStack? Stack, string Text, string? Flaw = null, string? Fix = null);
