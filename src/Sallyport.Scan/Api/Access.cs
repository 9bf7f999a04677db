using System.Collections.Immutable;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Api;

/// <summary>Who may call an operation, by the control triple (rule O1): the right identity P, nobody N, and garbage credentials of the same kind G.</summary>
internal abstract record Access
{
    private Access()
    {
    }

    /// <summary>P is accepted, N and G are rejected: other credentials can be held against it.</summary>
    /// <param name="Baseline">What P gets; its markers stand in no answer to N or G.</param>
    internal sealed record Protected(Baseline Baseline) : Access;

    /// <summary>N or G gets what P gets: whatever other credentials get proves nothing.</summary>
    /// <param name="Baseline">What everybody gets.</param>
    /// <param name="Who">Who of the two was served first: <c>none</c> or <c>garbage</c>.</param>
    /// <param name="Served">What that one got.</param>
    internal sealed record Public(Baseline Baseline, string Who, Exchange Served) : Access
    {
        /// <summary>Why it is not known what N gets, where G was served; <c>null</c> when it is known.</summary>
        public string? NobodyDoubt { get; init; }
    }

    /// <summary>It could not be told.</summary>
    /// <param name="Reason">Why, one clause.</param>
    /// <param name="Needs">What to supply; empty when nothing would help.</param>
    internal sealed record Undecided(string Reason, ImmutableArray<string> Needs) : Access;
}
