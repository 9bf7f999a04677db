using System.Collections.Immutable;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Config;

/// <summary>What reading the user's input ended with.</summary>
public abstract record ScanRequestAnswer
{
    private ScanRequestAnswer()
    {
    }

    /// <summary>Everything is there and readable.</summary>
    /// <param name="Request">The request; the caller disposes it.</param>
    /// <param name="Notes">What the user should know and need not act on, one line each.</param>
    public sealed record Accepted(ScanRequest Request, ImmutableArray<string> Notes) : ScanRequestAnswer;

    /// <summary>Something is wrong: a usage error.</summary>
    /// <param name="Problems">All that is wrong, at least one.</param>
    public sealed record Refused(ImmutableArray<InputProblem> Problems) : ScanRequestAnswer;
}
