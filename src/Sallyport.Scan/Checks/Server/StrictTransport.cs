using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Server;

/// <summary>TLS-021: plain HTTP on the TLS port, redirects down to http, and HSTS where browsers come.</summary>
internal sealed class StrictTransport : Check
{
    private const long HalfAYear = 15_552_000;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-021",
        Title = "Clients can be led away from TLS",
        Category = Category.Encryption,
        Severity = Severity.Low,
        Variants =
        [
            new("plain-on-tls", "The TLS port serves the API over plain HTTP as well", Severity.High),
            new("redirect", "The API redirects to an http:// address", Severity.Medium),
            new("hsts", "Browsers are not told to use TLS only", Severity.Low),
        ],
        Standards = new() { Cwe = [319, 523], OwaspApi = ["API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.2.1"] },
        Why = "One request without TLS is enough for someone on the path to read it or to answer it. A port that speaks both, a redirect to http, or a "
            + "browser that was never told to insist on https each allow that request.",
        Impact = "Requests, tokens and cookies in clear text on the network.",
        How = "A request without credentials is sent as plain HTTP to the TLS port; an answer like the API's own is a finding, a refusal or a note to use https is right. The answers "
            + "of the control requests are looked at for redirects to http and, when they are HTML or set cookies or browsers are expected, for Strict-Transport-Security.",
        Sources = ["RFC 6797, sections 6.1 and 7.2", "RFC 9325, section 3.2"],
        Remedies = ClosePlaintext.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (!context.Request.Target.Tls)
        {
            return CheckResult.NotApplicable("the target is not https");
        }

        List<ProbeResult> probes = [new(await PlainOnTlsAsync(context, cancellationToken).ConfigureAwait(false)) { Variant = "plain-on-tls" }];
        CheckResult result = new();
        if (context.Oracle.Control is { } control && control.First.Answer is { } answer)
        {
            probes.Add(new(Redirect(context, control)) { Variant = "redirect" });
            (Outcome hsts, Fact? fact) = Hsts(context, control, answer);
            probes.Add(new(hsts) { Variant = "hsts" });
            result = fact is null ? result : result.With(fact);
        }
        else
        {
            Outcome undecided = new Outcome.NotTested("no control request succeeded, so there is no answer to look at");
            probes.Add(new(undecided) { Variant = "redirect" });
            probes.Add(new(undecided) { Variant = "hsts" });
        }

        return result with { Probes = [.. probes] };
    }

    private static async Task<Outcome> PlainOnTlsAsync(CheckContext context, CancellationToken cancellationToken)
    {
        Exchange plain = await context.Transport.ExchangeAsync(
            context.H(Actor.Nobody, "plain HTTP to the TLS port") with { Route = context.Route.Plain(context.Request.Target.Port) },
            cancellationToken).ConfigureAwait(false);
        return (plain.Opening, plain.Http) switch
        {
            (Opening.Unreachable unreachable, _) => new Outcome.NotTested($"no connection: {unreachable.Reason}"),
            (_, HttpOutcome.Answered { Answer: { Status: >= 200 and < 300, BodyTruncated: true } }) => new Outcome.NotTested($"the port answered plain HTTP with {plain.Summary}"),
            (_, HttpOutcome.Answered { Answer.Status: >= 200 and < 300 }) => await ServedAsync(context, plain, cancellationToken).ConfigureAwait(false),
            (_, HttpOutcome.Answered { Answer.Status: 429 or >= 500 }) => new Outcome.NotTested($"the port answered plain HTTP with {plain.Summary}"),
            (_, HttpOutcome.TimedOut) => new Outcome.NotTested("the port neither answered nor closed within the time-out"),
            _ when await context.Channel.StillWelcomesAsync(cancellationToken).ConfigureAwait(false) => new Outcome.Passed(),
            _ => new Outcome.NotTested($"the port ended plain HTTP ({plain.Summary}), and no longer answers a TLS hello either"),
        };
    }

    /// <summary>A 2xx on plain HTTP: only an answer like the API's own, twice, shows that the API is behind it.</summary>
    private static async Task<Outcome> ServedAsync(CheckContext context, Exchange plain, CancellationToken cancellationToken)
    {
        Exchange again = await context.Transport.ExchangeAsync(plain.Ask with { Reusable = false }, cancellationToken).ConfigureAwait(false);
        if (again.Answer is not { Status: >= 200 and < 300, BodyTruncated: false })
        {
            return new Outcome.NotTested($"a repeated request was answered with {again.Summary}");
        }

        bool same = context.Oracle.Control is not null && context.Oracle.Classify(again) is Verdict.Accepted;
        return new Outcome.Failed(new Flaw
        {
            Expected = "no answer, or a refusal that names https",
            Observed = same ? "the protected answer came over plain HTTP" : $"plain HTTP on the TLS port was answered with {plain.Summary}",
            Confidence = same ? Confidence.Firm : Confidence.Suspect,
            Cause = "plaintext",
            Evidence = [plain.ToEvidence(), again.ToEvidence("the same, again")],
            Replay = $"curl -i http://{context.Request.Target.Host}:{context.Request.Target.Port}{context.ProtectedRequest.Target}",
        });
    }

    private static Outcome Redirect(CheckContext context, Baseline control)
    {
        // The control is served, so redirects are rather what a client without a certificate gets.
        ImmutableArray<Exchange> redirects =
            [.. context.Survey.Handshakes.Select(handshake => handshake.Nobody).Prepend(control.First).Where(exchange => exchange.Answer?.Header("Location") is not null)];
        if (redirects.IsEmpty)
        {
            return new Outcome.NotApplicable("no answer to the protected operation redirects");
        }

        return redirects.FirstOrDefault(exchange => exchange.Answer?.Header("Location")?.StartsWith("http://", StringComparison.OrdinalIgnoreCase) == true) is { } down
            ? new Outcome.Failed(new Flaw
            {
                Expected = "redirects that stay on https",
                Observed = "the protected operation redirects to an http:// address",
                Confidence = Confidence.Confirmed,
                Evidence = [down.ToEvidence()],
            })
            : new Outcome.Passed();
    }

    private static (Outcome Outcome, Fact? Fact) Hsts(CheckContext context, Baseline control, HttpAnswer answer)
    {
        string? policy = answer.Header("Strict-Transport-Security");
        bool browsers = context.Request.Expect.Browsers
            || answer.Header("Set-Cookie") is not null
            || answer.Header("Content-Type")?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;
        if (!browsers)
        {
            return (new Outcome.NotApplicable("nothing says that browsers use this API"), new Fact("TLS-021", "Strict-Transport-Security", policy ?? "not sent"));
        }

        // A browser ignores HSTS for an IP literal (RFC 6797, section 8.1.1).
        if (context.Request.Target.IsAddress)
        {
            return (new Outcome.NotApplicable("the target is an IP literal, for which browsers keep no policy"), null);
        }

        return MaxAge(policy) is >= HalfAYear
            ? (new Outcome.Passed(), null)
            : (new Outcome.Failed(new Flaw
            {
                Expected = "Strict-Transport-Security with a max-age of at least 180 days",
                Observed = policy is null ? "no Strict-Transport-Security header" : $"Strict-Transport-Security: {new string([.. policy.Take(100)])}",
                Confidence = Confidence.Confirmed,
                Evidence = [control.First.ToEvidence()],
            }), null);
    }

    /// <summary>max-age in seconds; <c>null</c> when absent or unreadable (RFC 6797, section 6.1.1).</summary>
    internal static long? MaxAge(string? policy)
    {
        foreach (string directive in (policy ?? string.Empty).Split(';', StringSplitOptions.TrimEntries))
        {
            if (directive.StartsWith("max-age", StringComparison.OrdinalIgnoreCase)
                && directive[7..].TrimStart() is ['=', .. string value]
                && long.TryParse(value.Trim(' ', '"'), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds))
            {
                return seconds;
            }
        }

        return null;
    }
}
