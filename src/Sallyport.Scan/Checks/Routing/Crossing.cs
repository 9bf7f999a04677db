using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>Whether a passage led anywhere.</summary>
internal abstract record Crossing
{
    private Crossing()
    {
    }

    /// <summary>The other name's content came.</summary>
    /// <param name="Exchange">The proof.</param>
    /// <param name="Confidence">How sure.</param>
    /// <param name="Severity">How bad; <c>null</c> for the rule's own.</param>
    /// <param name="Detail">What came, one clause.</param>
    internal sealed record Through(Exchange Exchange, Confidence Confidence, Severity? Severity, string Detail) : Crossing;

    /// <summary>The server did not let it through.</summary>
    /// <param name="Exchange">How.</param>
    internal sealed record Stopped(Exchange Exchange) : Crossing;

    /// <summary>Neither is shown.</summary>
    /// <param name="Reason">Why, one clause.</param>
    /// <param name="Needs">What to supply; <c>null</c> when nothing helps.</param>
    internal sealed record Doubtful(string Reason, string? Needs = null) : Crossing;
}
