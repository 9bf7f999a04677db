namespace Sallyport.Scan.Checks.Injection;

/// <summary>What kept a server from looking at a bad value: it was too busy with the caller, or no longer takes what is right. Then nothing passes.</summary>
internal sealed class Hindrance
{
    /// <summary>The first of them, one sentence; <c>null</c> for none.</summary>
    public string? Reason { get; private set; }

    /// <summary>Notes one.</summary>
    /// <param name="reason">What it was.</param>
    public void Note(string reason) => Reason ??= reason;
}
