namespace Sallyport.Scan.Config;

/// <summary>One thing that is wrong with what the user gave, and what to do about it. Never holds a secret.</summary>
/// <param name="Message">What is wrong: one line, lower case, no period.</param>
/// <param name="Hint">What to write or do instead: one line; <c>null</c> when the message says it all.</param>
public sealed record InputProblem(string Message, string? Hint = null)
{
    /// <summary>File and line, such as <c>sallyport.yaml:12</c>; <c>null</c> for the command line.</summary>
    public string? Where { get; init; }

    /// <summary>The message with its place before it.</summary>
    public override string ToString() => Where is null ? Message : $"{Where}: {Message}";
}
