using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>The outcomes that the checks of the channel share.</summary>
internal static class ChannelOutcome
{
    /// <summary>A weakness that the server's own messages show.</summary>
    /// <param name="expected">What a safe server does.</param>
    /// <param name="observed">What this one did.</param>
    /// <param name="evidence">The messages.</param>
    public static Outcome Failed(string expected, string observed, params ReadOnlySpan<Evidence> evidence) => Failed(null, expected, observed, evidence);

    /// <summary>A weakness with a severity of its own.</summary>
    /// <param name="severity">Instead of the rule's or the variant's; <c>null</c> to keep that.</param>
    /// <param name="expected">What a safe server does.</param>
    /// <param name="observed">What this one did.</param>
    /// <param name="evidence">The messages.</param>
    public static Outcome Failed(Severity? severity, string expected, string observed, params ReadOnlySpan<Evidence> evidence) => new Outcome.Failed(new Flaw
    {
        Expected = expected,
        Observed = observed,
        Confidence = Confidence.Firm,
        Severity = severity,
        Evidence = [.. evidence],
    });

    /// <summary>One outcome of one question that was asked in several versions: a flaw in any, else doubt about any, else what the newest gave.</summary>
    /// <param name="versions">What is spoken.</param>
    /// <param name="outcomes">The outcomes, newest version first.</param>
    public static Outcome OfAll(SpokenVersions versions, IReadOnlyCollection<Outcome> outcomes)
    {
        ImmutableArray<Flaw> flaws = [.. outcomes.OfType<Outcome.Failed>().Select(static one => one.Flaw)];
        if (!flaws.IsEmpty)
        {
            return new Outcome.Failed(flaws[0] with
            {
                Observed = string.Join("; ", flaws.Select(static flaw => flaw.Observed).Distinct()),
                Severity = flaws.Max(static flaw => flaw.Severity),
                Evidence = [.. flaws.SelectMany(static flaw => flaw.Evidence)],
            });
        }

        return outcomes.OfType<Outcome.NotTested>().FirstOrDefault()
            ?? (versions.ClassicDoubt is { } doubt ? new Outcome.NotTested($"not every version could be looked at ({doubt})") : null)
            ?? outcomes.OfType<Outcome.Passed>().FirstOrDefault()
            ?? outcomes.FirstOrDefault()
            ?? new Outcome.NotTested("no version up to TLS 1.2 could be looked at");
    }

    /// <summary>Undecided, with the answer that decides nothing.</summary>
    /// <param name="what">What was asked.</param>
    /// <param name="exchange">What came.</param>
    public static Outcome Undecided(string what, HelloExchange exchange) => new Outcome.NotTested($"{what}: {Said(exchange)}");

    /// <summary>A server's answer in one line.</summary>
    /// <param name="exchange">The exchange.</param>
    public static string Said(HelloExchange exchange) => exchange.ToEvidence("").Received;

    /// <summary>Whether the server clearly refused: an alert, or the end of the connection, but neither silence nor something that is no TLS.</summary>
    /// <param name="exchange">The exchange; a bare close must have been asked twice.</param>
    public static bool IsRefusal(HelloExchange exchange) => exchange.Answer is HelloAnswer.Alerted or HelloAnswer.Closed;

    /// <summary>Whether the server went on with the handshake.</summary>
    /// <param name="exchange">The exchange.</param>
    public static bool IsWelcome(HelloExchange exchange) => exchange.Answer is HelloAnswer.ServerHello or HelloAnswer.Retry;

    /// <summary>Evidence of an enumeration.</summary>
    /// <param name="title">What was enumerated.</param>
    /// <param name="sent">How.</param>
    /// <param name="received">What was found.</param>
    public static Evidence Listed(string title, string sent, string received) => new() { Title = title, Sent = sent, Received = received };

    /// <summary>The result of a rule whose one shape is missing or unknown because no version up to TLS 1.2 could be looked at.</summary>
    /// <param name="versions">What is spoken.</param>
    public static CheckResult NoClassic(SpokenVersions versions) => versions.Doubt is { } doubt
        ? CheckResult.NotTested($"whether a version up to TLS 1.2 is spoken is undecided ({doubt})")
        : CheckResult.NotApplicable("the server speaks TLS 1.3 only");

    /// <summary>A list for people.</summary>
    /// <typeparam name="T">What is listed, by its own name.</typeparam>
    /// <param name="items">The items.</param>
    public static string List<T>(ImmutableArray<T> items) => items.IsEmpty ? "none" : string.Join(", ", items);
}
