using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Transport;
using Sallyport.Tls;

namespace Sallyport.Scan.Oracle;

/// <summary>The engine's judgement of one exchange against a baseline (CONTRACTS.md, "Verdicts").</summary>
internal abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>The exchange that was judged; <c>null</c> when none came about.</summary>
    public abstract Exchange? Judged { get; }

    /// <summary>How, in one clause: a status, an alert, a close, or why undecided.</summary>
    public abstract string Detail { get; }

    /// <summary>Whether the server meant it: refused, or said that there is no such thing. A lost connection, 429 and 5xx say nothing.</summary>
    public bool SaysNo => this is Rejected or { Judged.Status: >= 400 and < 500 and not 429, WasAccepted: false };

    /// <summary>
    /// Whether the right answer came, even if it was not confirmed by the same again or by the control: what came so is no "no", and no other
    /// answer that something could be held against.
    /// </summary>
    public bool WasAccepted => this is Accepted or Undecided { AcceptedOnce: true };

    /// <summary>Evidence of the exchange; <c>null</c> when none came about.</summary>
    /// <param name="title">Its title; <c>null</c> for the ask's.</param>
    public Evidence? ToEvidence(string? title = null) => Judged?.ToEvidence(title);

    /// <summary>2xx, and the same answer as the right identity's, or an answer that holds its marker.</summary>
    /// <param name="Exchange">The exchange.</param>
    /// <param name="ByMarker">Whether the marker was in it: a stronger proof than equality.</param>
    internal sealed record Accepted(Exchange Exchange, bool ByMarker) : Verdict
    {
        /// <inheritdoc/>
        public override Exchange Judged => Exchange;

        /// <inheritdoc/>
        public override string Detail => Exchange.Summary;
    }

    /// <summary>Refused: an alert, a close without an answer, a refusing status, or a redirect to a login.</summary>
    /// <param name="Exchange">The exchange.</param>
    /// <param name="Where">Where the refusal came.</param>
    /// <param name="Alert">The alert; <c>null</c> when it was none.</param>
    /// <param name="Status">The status; <c>null</c> when there was no answer.</param>
    internal sealed record Rejected(Exchange Exchange, EnforcementPoint Where, TlsAlert? Alert = null, int? Status = null) : Verdict
    {
        /// <inheritdoc/>
        public override Exchange Judged => Exchange;

        /// <inheritdoc/>
        public override string Detail => Exchange.Summary;
    }

    /// <summary>Neither: never "enforced", never "passed".</summary>
    /// <param name="Reason">Why, one clause.</param>
    /// <param name="Exchange">The exchange; <c>null</c> when none came about.</param>
    internal sealed record Undecided(string Reason, Exchange? Exchange = null) : Verdict
    {
        /// <inheritdoc/>
        public override Exchange? Judged => Exchange;

        /// <inheritdoc/>
        public override string Detail => Reason;

        /// <summary>Whether the right answer came once and could not be confirmed.</summary>
        public bool AcceptedOnce { get; init; }
    }
}
