using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>How one name treats one actor in a full handshake under that name.</summary>
/// <param name="Actor">Who asked.</param>
/// <param name="Exchange">What came of it.</param>
internal sealed record Treatment(Actor Actor, Exchange Exchange)
{
    /// <summary>Whether the server went on to speak HTTP with it: then it holds a session of that name.</summary>
    public bool HoldsSession => Exchange.Answer is { Status: not (>= 500 or 400 or 421 or 495 or 496) };

    /// <summary>Whether it was served.</summary>
    public bool Served => Exchange.Answer is { Status: >= 200 and < 300 };

    /// <summary>The refusal that this is; <c>null</c> when it is none.</summary>
    public Verdict.Rejected? Refusal => VerdictRules.Refused(Exchange);

    /// <summary>
    /// Whether the name's own policy refused it. A 401 or 403 to a certificate may be the application's rule of who owns what, which every name
    /// shares; to nobody it is the answer to the missing certificate.
    /// </summary>
    public bool RefusedByPolicy => Refusal is { } refusal && (Actor.Credential is null || refusal.Where != EnforcementPoint.Http || refusal.Status is not (401 or 403));
}
