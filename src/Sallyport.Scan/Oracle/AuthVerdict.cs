using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Oracle;

/// <summary>What the server does with a client that shows no certificate.</summary>
internal abstract record AuthVerdict
{
    private AuthVerdict()
    {
    }

    /// <summary>A valid certificate is accepted and none is refused.</summary>
    /// <param name="Where">Where the refusal happens.</param>
    internal sealed record Enforced(EnforcementPoint Where) : AuthVerdict;

    /// <summary>A certificate is asked for, and none is served as well.</summary>
    internal sealed record Optional : AuthVerdict;

    /// <summary>No certificate is asked for, in any version, on any path that was looked at.</summary>
    internal sealed record NotRequested : AuthVerdict;

    /// <summary>Undecided.</summary>
    /// <param name="Reason">Why, one sentence.</param>
    internal sealed record Unknown(string Reason) : AuthVerdict;
}
