using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Oracle;

/// <summary>How a server treated one client, as far as it matters for <see cref="AuthVerdict.Decide"/>.</summary>
internal abstract record ObservedTreatment
{
    private ObservedTreatment()
    {
    }

    /// <summary>Nobody looked.</summary>
    internal sealed record NotAsked : ObservedTreatment;

    /// <summary>Served like the right identity.</summary>
    internal sealed record Accepted : ObservedTreatment;

    /// <summary>Some HTTP answer came, and there is no right identity's answer to compare it with.</summary>
    internal sealed record Answered : ObservedTreatment;

    /// <summary>Refused.</summary>
    /// <param name="Where">Where.</param>
    /// <param name="NamesCause">Whether the refusal says by itself that a certificate was missing.</param>
    internal sealed record Rejected(EnforcementPoint Where, bool NamesCause) : ObservedTreatment;

    /// <summary>Neither.</summary>
    /// <param name="Reason">Why, one clause.</param>
    internal sealed record Undecided(string Reason) : ObservedTreatment;

    /// <summary>The treatment that a verdict is.</summary>
    /// <param name="verdict">The verdict.</param>
    public static ObservedTreatment Of(Verdict verdict) => verdict switch
    {
        Verdict.Accepted => new Accepted(),
        Verdict.Rejected rejected => new Rejected(rejected.Where, VerdictRules.NamesMissingCertificate(rejected)),
        _ => new Undecided(verdict.Detail),
    };
}
