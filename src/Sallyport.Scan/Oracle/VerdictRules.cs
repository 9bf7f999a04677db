using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Transport;
using Sallyport.Tls;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Oracle;

/// <summary>The rules of CONTRACTS.md, "Verdicts", on one exchange. Pure: sends nothing, knows no clock.</summary>
internal static partial class VerdictRules
{
    // About a certificate by their definition (RFC 8446, section 6.2), wherever in the handshake they come.
    private static readonly ImmutableArray<AlertDescription> _aboutCertificates =
    [
        AlertDescription.NoCertificate, AlertDescription.BadCertificate, AlertDescription.UnsupportedCertificate, AlertDescription.CertificateRevoked,
        AlertDescription.CertificateExpired, AlertDescription.CertificateUnknown, AlertDescription.UnknownCa, AlertDescription.AccessDenied,
        AlertDescription.CertificateRequired,
    ];

    // The record layer did not understand us: our fault or the network's, never a judgement.
    private static readonly ImmutableArray<AlertDescription> _aboutRecords =
        [AlertDescription.BadRecordMac, AlertDescription.DecryptionFailed, AlertDescription.RecordOverflow, AlertDescription.DecompressionFailure];

    /// <summary>Judges an exchange against a baseline.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="baseline">What the right identity gets.</param>
    public static Verdict Judge(Exchange exchange, Baseline baseline) => exchange.Answer is { Status: >= 200 and < 300 } answer
        ? Served(exchange, answer, baseline)
        : (Verdict?)Refused(exchange) ?? new Verdict.Undecided(Doubt(exchange), exchange);

    /// <summary>Whether the server counts, and this was too much: 429 (RFC 6585, section 4), or 503 with Retry-After (RFC 9110, section 15.6.4).</summary>
    /// <param name="exchange">The exchange.</param>
    public static bool Limits(Exchange exchange) => exchange.Status == 429 || (exchange.Status == 503 && exchange.Answer?.Header("retry-after") is not null);

    /// <summary>The refusal that an exchange is by its shape; it proves something only when the controls hold.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <returns><c>null</c> when it is none.</returns>
    public static Verdict.Rejected? Refused(Exchange exchange) => (exchange.Opening, exchange.Http) switch
    {
        // What came back may be an answer to the missing token.
        _ when exchange.Withheld is not null => null,
        (Opening.Alerted alerted, _) => Judges(alerted) ? new(exchange, EnforcementPoint.Handshake, alerted.Alert) : null,
        (Opening.Closed { AfterOurAnswer: true }, _) => new(exchange, EnforcementPoint.Close),
        (Opening.Secured or Opening.Plain, HttpOutcome.Alerted { Alert.IsCloseNotify: true } or HttpOutcome.Closed { BytesReceived: 0 }) => new(exchange, EnforcementPoint.Close),
        (Opening.Secured, HttpOutcome.Alerted alerted) =>
            _aboutRecords.Contains(alerted.Alert.Description) ? null : new(exchange, EnforcementPoint.Alert, alerted.Alert),
        (_, HttpOutcome.Answered { Answer: var answer }) => Refuses(answer) ? new(exchange, EnforcementPoint.Http, Status: answer.Status) : null,
        _ => null,
    };

    /// <summary>Whether a refusal says by itself that a client certificate was missing: alert 116, status 496, nginx's own words.</summary>
    /// <param name="rejected">The refusal of a client without a certificate.</param>
    /// <remarks>RFC 8446, section 6.2; docs/decisions/0011-enforced-without-an-identity.md.</remarks>
    public static bool NamesMissingCertificate(Verdict.Rejected rejected) => rejected switch
    {
        { Alert.Description: AlertDescription.CertificateRequired } => true,
        { Status: 496 } => true,
        { Status: 400, Exchange.Answer: { } answer } => AnswerShape.Text(answer).Contains("No required SSL certificate was sent", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>Whether a text says, within a 2xx, that the request was refused.</summary>
    /// <param name="text">The body.</param>
    public static bool SaysDenied(string text) => Denial().IsMatch(text);

    private static Verdict Served(Exchange exchange, HttpAnswer answer, Baseline baseline)
    {
        string text = AnswerShape.Text(answer);
        if (baseline.Markers.Any(marker => text.Contains(marker, StringComparison.Ordinal) && !Markers.InRequest(marker, exchange.Ask)))
        {
            return new Verdict.Accepted(exchange, ByMarker: true);
        }

        if (answer.Status == baseline.First.Status && baseline.Shape.Matches(answer))
        {
            return new Verdict.Accepted(exchange, ByMarker: false);
        }

        return new Verdict.Undecided(
            SaysDenied(text)
                ? $"it answered {answer.Status} with words of refusal"
                : $"it answered {answer.Status}, but not what {baseline.Ask.Actor.Name} gets",
            exchange);
    }

    private static bool Judges(Opening.Alerted alerted) =>
        _aboutCertificates.Contains(alerted.Alert.Description)
        || (alerted.AfterOurAnswer && !_aboutRecords.Contains(alerted.Alert.Description) && !alerted.Alert.IsCloseNotify);

    private static bool Refuses(HttpAnswer answer) => answer.Status is 400 or 401 or 403 or 421 or 495 or 496
        || (answer.Status is >= 300 and < 400 && answer.Header("location") is { } location && Login().IsMatch(location));

    private static string Doubt(Exchange exchange) => (exchange.Opening, exchange.Http) switch
    {
        _ when exchange.Withheld is { } withheld && exchange.Answer is not null => $"{exchange.Summary}, but application credentials were withheld: {withheld}",
        (Opening.Alerted, _) => $"{exchange.Summary}: the server refused the hello, not the identity",
        (Opening.Closed, _) => $"{exchange.Summary}, before any identity was shown",
        (_, HttpOutcome.Answered { Answer.Status: >= 300 and < 400 }) => $"{exchange.Summary}, a redirect that is no login",
        _ => exchange.Summary,
    };

    [GeneratedRegex(@"(?:^|[/._-])(?:log-?in|log-?on|sign-?in|auth|authorize|oauth2?|sso|saml2?)(?:$|[/?#._-])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Login();

    [GeneratedRegex(
        @"\b(?:access denied|permission denied|unauthorized|unauthorised|not authorized|not authorised|forbidden|not allowed|authentication required|authentication failed|login required|please log ?in|certificate required|no certificate)\b",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Denial();
}
