using System;
using System.Collections.Generic;
using System.Linq;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Exposure;

/// <summary>ENC-002: the headers that make browsers careful, held only against answers for which they matter.</summary>
internal sealed class BrowserHeaders : AnswerCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "ENC-002",
        Title = "Answers lack headers that make browsers careful",
        Category = Category.Encryption,
        Severity = Severity.Low,
        Variants =
        [
            new("nosniff", "Answers do not forbid to guess their type", Severity.Low),
            new("frame", "Pages may be shown inside other sites", Severity.Low),
            new("csp", "Pages do not limit what they load and run", Severity.Low),
            new("referrer", "Pages give their address to other sites", Severity.Low),
        ],
        Standards = new() { Cwe = [693, 1021], OwaspApi = ["API8:2023"], PciDss = ["6.2.4"], Asvs = ["3.4.3", "3.4.4", "3.4.5", "3.4.6"] },
        Needs = Usual,
        Why = "A browser guesses types, lets pages be framed and loads what a page names, unless it is told otherwise. An answer that a browser can be sent to needs at least nosniff; a page needs the rest.",
        Impact = "Data that is taken for a script, clicks that are made in a hidden frame, and addresses with tokens in them that other sites see.",
        How = "The answers of every operation that only reads are looked at, one finding a header for the whole API. Answers that are no HTML are held to nosniff only, and only where browsers come "
            + "(expect.browsers, a cookie, or HTML seen anywhere).",
        Sources = ["Fetch standard, section 3.6", "Content Security Policy level 3", "Referrer Policy"],
        Remedies = ShowLess.Headers,
    };

    /// <inheritdoc/>
    protected override bool OneForAll => true;

    /// <inheritdoc/>
    protected override bool IsLookedAt(ApiAnswer answer) => answer.Answer.Header("content-type") is not null;

    /// <inheritdoc/>
    protected override IEnumerable<ProbeResult> Probes(CheckContext context, ApiAnswer answer)
    {
        bool html = IsHtml(answer.Answer);
        bool browsers = html || context.Request.Expect.Browsers || answer.Answer.Header("set-cookie") is not null;
        string? policy = answer.Answer.Header("content-security-policy");
        yield return One(context, answer, "nosniff", browsers, "X-Content-Type-Options: nosniff", answer.Answer.Header("x-content-type-options")?.Trim().Equals("nosniff", StringComparison.OrdinalIgnoreCase) == true);
        yield return One(context, answer, "frame", html, "frame-ancestors or X-Frame-Options", policy?.Contains("frame-ancestors", StringComparison.OrdinalIgnoreCase) == true || answer.Answer.Header("x-frame-options") is not null);
        yield return One(context, answer, "csp", html, "Content-Security-Policy", policy is not null);
        yield return One(context, answer, "referrer", html, "Referrer-Policy", answer.Answer.Header("referrer-policy") is not null);
    }

    private static bool IsHtml(HttpAnswer answer) => answer.Header("content-type") is { } type && (type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) || type.StartsWith("application/xhtml", StringComparison.OrdinalIgnoreCase));

    private ProbeResult One(CheckContext context, ApiAnswer answer, string variant, bool matters, string header, bool there) => Probe(
        answer,
        !matters ? new Outcome.NotApplicable("nothing says that browsers are given this answer")
        : there ? new Outcome.Passed()
        : new Outcome.Failed(new Flaw
        {
            Expected = $"The answer has {header}.",
            Observed = $"{Info.Variants.First(one => one.Slug == variant).Title}: there is no {header}.",
            Confidence = Confidence.Confirmed,
            Evidence = [answer.Baseline.First.ToEvidence()],
            Replay = CurlLine.Of(answer.Baseline.First.Ask, context.Request),
        }),
        variant);
}
