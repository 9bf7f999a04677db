using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Transport;
using Sallyport.Tls;
using Sallyport.Tls.Client;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>What the rows of the certificate matrix share: how a certificate is shown, and when an answer to it counts.</summary>
internal static class Showing
{
    extension(CheckContext context)
    {
        /// <summary>The protected operation's name, as findings and cells call it.</summary>
        public string Operation => context.Survey.ProtectedOperation?.Name ?? "GET /";

        /// <summary>Whether a client without a certificate is refused; otherwise a bad certificate that is served proves only that it is not verified.</summary>
        public bool IsEnforced => context.Survey.Authentication is AuthVerdict.Enforced;

        /// <summary>The TLS versions in which a client certificate is asked for, in the handshake or later.</summary>
        public ImmutableArray<TlsVersion> AskingVersions =>
        [
            .. context.Survey.Handshakes
                .Where(h => h.Offered == true && (h.State == RequestState.Requested || context.Survey.RequestedLater))
                .Select(h => h.Version),
        ];

        /// <summary>H(x) in a version in which the certificate is asked for: the newest one unless that never asks.</summary>
        /// <param name="who">Who asks.</param>
        public Ask Shown(Actor who)
        {
            ImmutableArray<TlsVersion> asking = context.AskingVersions;
            bool newestAsks = asking.IsEmpty || asking.Contains(TlsVersion.Tls13) || context.Survey.Tls13 != true;
            return context.H(who) with { Version = newestAsks ? null : TlsVersion.Tls12 };
        }

        /// <summary>The controls that give a bad certificate's answer its meaning: A served, nobody refused.</summary>
        public IEnumerable<Evidence> Controls()
        {
            if (context.Oracle.Control is { } control)
            {
                yield return control.First.ToEvidence($"control: {control.Ask.Actor.Name}");
            }

            if (context.Survey.Handshakes.FirstOrDefault(h => h.Offered == true) is { Nobody: { } nobody })
            {
                yield return nobody.ToEvidence("control: no certificate");
            }
        }

        /// <summary>How sure an accept is: nobody's own success leaves no marker that only A gets (CONTRACTS.md).</summary>
        /// <param name="accepted">The accept.</param>
        public Confidence ConfidenceOf(Verdict.Accepted accepted) => accepted.ByMarker && context.IsEnforced ? Confidence.Confirmed : Confidence.Firm;

        /// <summary>The most that a served bad certificate can weigh here; <c>null</c> for the rule's own severity.</summary>
        /// <param name="own">The rule's or the variant's severity.</param>
        /// <remarks>Where nobody is refused and nothing was declared to be protected, a bad certificate gets no more than none does.</remarks>
        public Severity? AtMost(Severity? own) => !context.IsEnforced && !context.Survey.ProtectionDeclared && own > Severity.Medium ? Severity.Medium : null;

        /// <summary>The cell of a bad identity at the protected operation.</summary>
        /// <param name="identity">What the report calls it.</param>
        /// <param name="verdict">How it was treated.</param>
        /// <param name="rule">Who probed it.</param>
        public MatrixCell Cell(string identity, Verdict verdict, string rule) => verdict switch
        {
            Verdict.Accepted => new(identity, context.Operation, "accepted", verdict.Detail, false, rule),
            Verdict.Rejected => new(identity, context.Operation, "rejected", verdict.Detail, true, rule),
            _ => new(identity, context.Operation, "undecided", verdict.Detail, null, rule),
        };
    }

    extension(Verdict verdict)
    {
        /// <summary>The verdict, or doubt when the connection it is about never asked for the certificate: then nobody looked at it.</summary>
        public Verdict IfShown() => verdict is Verdict.Undecided || verdict.Judged is not { } exchange || ShowedCertificate(exchange)
            ? verdict
            : new Verdict.Undecided("the server did not ask for the certificate on this connection", exchange);

        /// <summary>The verdict, or doubt when what was to be done wrong was never done.</summary>
        /// <param name="done">Whether the exchange holds it.</param>
        /// <param name="otherwise">Why not, one clause.</param>
        public Verdict IfDone(System.Func<Exchange, bool> done, string otherwise) => verdict is Verdict.Undecided || verdict.Judged is not { } exchange || done(exchange)
            ? verdict
            : new Verdict.Undecided(otherwise, exchange);
    }

    /// <summary>Whether our client sent a message on the connection.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="message">The message's name, such as <c>CertificateVerify</c>.</param>
    public static bool Sent(Exchange exchange, string message) =>
        exchange.Transcript?.Entries.Any(e => e.Direction == TranscriptDirection.Sent && e.Message == message) == true;

    /// <summary>Whether our client sent a Certificate message with a certificate in it.</summary>
    /// <param name="exchange">The exchange.</param>
    public static bool ShowedCertificate(Exchange exchange) => exchange.Transcript?.Entries
        .Any(e => e is { Direction: TranscriptDirection.Sent, Message: "Certificate" } && e.Detail != "no certificate") == true;

    /// <summary>Whether the server asked for a certificate on the connection.</summary>
    /// <param name="exchange">The exchange.</param>
    public static bool WasAsked(Exchange exchange) => exchange.Session is { CertificateRequested: true }
        || exchange.Transcript?.Entries.Any(e => e is { Direction: TranscriptDirection.Received, Message: "CertificateRequest" }) == true;

    /// <summary>The protocol version in words.</summary>
    /// <param name="version">TLS 1.3 or 1.2.</param>
    public static string Name(TlsVersion version) => version == TlsVersion.Tls13 ? "TLS 1.3" : "TLS 1.2";
}
