using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Oracle;

/// <summary>Judges exchanges against what the right identity gets (CONTRACTS.md, "Verdicts"; rules O1 to O10). Checks never judge by themselves.</summary>
internal interface IOracle
{
    /// <summary>H(A): what "A" gets on the protected operation; <c>null</c> when the survey could not learn it (no check with <c>Need.Identity</c> runs then).</summary>
    Baseline? Control { get; }

    /// <summary>
    /// Sends an ask and judges it against <see cref="Control"/>. An accept is repeated once and the control is asked again after it:
    /// only when all hold is it <see cref="Verdict.Accepted"/>. An ask without a request gets the control's.
    /// </summary>
    /// <param name="ask">What to send.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<Verdict> JudgeAsync(Ask ask, CancellationToken cancellationToken);

    /// <summary>The same, against the baseline of another operation, identity or place.</summary>
    /// <param name="ask">What to send; without a request it gets the baseline's.</param>
    /// <param name="baseline">What the right identity gets.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<Verdict> JudgeAgainstAsync(Ask ask, Baseline baseline, CancellationToken cancellationToken);

    /// <summary>Judges an exchange that a check made itself (a second request on a connection, a resumed session). Sends nothing: ask <see cref="ControlStillHoldsAsync"/> yourself before you report an accept.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="baseline">What the right identity gets; <c>null</c> for <see cref="Control"/>.</param>
    Verdict Classify(Exchange exchange, Baseline? baseline = null);

    /// <summary>Learns what an identity gets: two identical calls, volatile fields, markers, the catch-all guard.</summary>
    /// <param name="ask">The right identity's ask, with a request.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<BaselineResult> LearnAsync(Ask ask, CancellationToken cancellationToken);

    /// <summary>The same ask at a path that no API has, next to its own: whoever answers it alike answers everything alike (rule O5). One path a scan, so it is sent once for each place and actor.</summary>
    /// <param name="ask">An ask with a request.</param>
    Ask Elsewhere(Ask ask);

    /// <summary>Whether H(A) is accepted on a fresh connection started after this call. Callers at the same time share one request.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns><c>true</c>; <c>false</c> also when there is no control.</returns>
    Task<bool> ControlStillHoldsAsync(CancellationToken cancellationToken);

    /// <summary>The same for another baseline.</summary>
    /// <param name="baseline">What must still be answered alike.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    Task<bool> StillHoldsAsync(Baseline baseline, CancellationToken cancellationToken);
}
