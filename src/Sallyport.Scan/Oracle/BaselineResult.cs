using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Oracle;

/// <summary>Whether a baseline could be learned.</summary>
internal abstract record BaselineResult
{
    private BaselineResult()
    {
    }

    /// <summary>It could.</summary>
    /// <param name="Baseline">What the identity gets.</param>
    internal sealed record Learned(Baseline Baseline) : BaselineResult;

    /// <summary>It could not: nothing can be compared with it.</summary>
    /// <param name="Reason">Why, one clause.</param>
    /// <param name="Exchange">The exchange that showed it; <c>null</c> for none.</param>
    internal sealed record Failed(string Reason, Exchange? Exchange) : BaselineResult;
}
