namespace Sallyport.Cli.Output;

/// <summary>How the tool ends.</summary>
/// <param name="Code">The exit code.</param>
/// <param name="Reason">Why it is 3, one line; <c>null</c> otherwise.</param>
/// <param name="Hint">What to do about it.</param>
internal sealed record ExitVerdict(int Code, string? Reason = null, string? Hint = null);
