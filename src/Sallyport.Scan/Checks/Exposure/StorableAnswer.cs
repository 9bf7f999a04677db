using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Exposure;

/// <summary>DATA-004: private answers that caches may keep, or do keep.</summary>
internal sealed class StorableAnswer : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "DATA-004",
        Title = "A cache may serve one caller's answer to another",
        Category = Category.DataExposure,
        Severity = Severity.High,
        Variants =
        [
            new("served", "A cache serves the answer to somebody else", Severity.High),
            new("storable", "Private answers do not forbid caches to keep them", Severity.Medium),
        ],
        Standards = new() { Cwe = [524, 525], OwaspApi = ["API8:2023"], PciDss = ["6.2.4"], Asvs = ["14.2.2", "14.3.2"] },
        Needs = [Need.Caller],
        Why = "Caches hold back only for requests with an Authorization header. A client certificate, a cookie or a key of one's own is none: the answer may be kept by every cache on the way, "
            + "and by one that takes the end of the path for a file name even when the API forbids it.",
        Impact = "The next caller of the same address, with no credentials at all, gets the first caller's data.",
        How = "The protected operation is asked as the right identity, also below a name that looks like a style sheet; then the same address is asked by nobody. Its marker in that answer is a finding, "
            + "when nobody is refused elsewhere. Cache-Control and freshness are read by RFC 9111: an answer to a request without Authorization that neither forbids storing nor is private, and is fresh or public, is the lesser one.",
        Sources = ["RFC 9111, sections 3, 3.5 and 5.2.2", "CWE-524", "CWE-525"],
        Remedies = ShowLess.Caches,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Survey is not { Control: { } control, ProtectedOperation: { } operation, Caller: { } caller })
        {
            return CheckResult.NotTested("there is no control request");
        }

        Access access = await context.Api.AccessAsync(operation, cancellationToken).ConfigureAwait(false);
        if (access is Access.Public)
        {
            return CheckResult.NotApplicable("everybody gets the answer that was looked at");
        }

        Outcome served = await ServedAsync(context, control, caller, cancellationToken).ConfigureAwait(false);
        List<ProbeResult> probes = [new(served) { Operation = operation.Name, Identity = "none", Variant = "served" }];
        foreach (ApiAnswer answer in await context.Api.AnswersAsync(cancellationToken).ConfigureAwait(false))
        {
            Outcome storable = await context.Api.AccessAsync(answer.Operation, cancellationToken).ConfigureAwait(false) switch
            {
                Access.Protected => Storable(answer.Baseline, context.Request),
                Access.Public => new Outcome.NotApplicable("everybody may have it"),
                Access.Undecided undecided => new Outcome.NotTested(undecided.Reason) { Needs = undecided.Needs },
                _ => throw new InvalidOperationException("An access that is not known."),
            };
            probes.Add(new(storable) { Operation = answer.Operation.Name, Variant = "storable" });
        }

        return new() { Probes = [.. AnswerCheck.Joined(probes)] };
    }

    /// <summary>Whether a shared cache may store and reuse an answer for another caller (RFC 9111, sections 3 and 4.2).</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="authorized">Whether the request had an Authorization header.</param>
    /// <returns>Why it may; <c>null</c> when it may not.</returns>
    internal static string? MayBeStored(HttpAnswer answer, bool authorized)
    {
        ImmutableArray<string> directives =
        [
            .. answer.Headers.Where(header => header.Name.Equals("cache-control", StringComparison.OrdinalIgnoreCase))
                .SelectMany(header => header.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                .Select(directive => directive.ToLowerInvariant()),
        ];
        bool Has(string name) => directives.Any(directive => directive == name || directive.StartsWith(name + "=", StringComparison.Ordinal));
        if (Has("no-store") || Has("private") || directives.Contains("no-cache") || answer.Header("vary")?.Trim() == "*")
        {
            return null;
        }

        if (Has("public") || (Has("s-maxage") && !directives.Contains("s-maxage=0")))
        {
            return $"Cache-Control: {string.Join(", ", directives)}";
        }

        if (authorized)
        {
            return null;
        }

        return (Has("max-age") && !directives.Contains("max-age=0"))
            ? $"Cache-Control: {string.Join(", ", directives)}, to a request without Authorization"
            : answer.Header("expires") is { } expires && DateTimeOffset.TryParse(expires, System.Globalization.CultureInfo.InvariantCulture, out DateTimeOffset until)
                && (!DateTimeOffset.TryParse(answer.Header("date"), System.Globalization.CultureInfo.InvariantCulture, out DateTimeOffset date) || until > date)
                ? $"Expires: {expires}, to a request without Authorization"
                // Without either a cache may guess (section 4.2.2); few do, and none has to: no proof.
                : null;
    }

    private static Outcome Storable(Baseline baseline, ScanRequest request)
    {
        bool authorized = baseline.First.Ask.Request?.Headers.Any(header => header.Name.Equals("authorization", StringComparison.OrdinalIgnoreCase)) == true;
        return baseline.First.Answer is { } answer && MayBeStored(answer, authorized) is { } why
            ? new Outcome.Failed(new Flaw
            {
                Expected = "An answer that depends on the caller says no-store or private.",
                Observed = $"A shared cache may keep it and serve it to others ({why}).",
                Confidence = Confidence.Confirmed,
                Evidence = [baseline.First.ToEvidence()],
                Replay = CurlLine.Of(baseline.First.Ask, request),
            })
            : new Outcome.Passed();
    }

    private static async Task<Outcome> ServedAsync(CheckContext context, Baseline control, Identity caller, CancellationToken cancellationToken)
    {
        if (control.Markers.IsEmpty)
        {
            return new Outcome.NotTested($"nothing in the answer is known to be {caller.Name}'s alone") { Needs = [$"a value of at least 8 characters that only {caller.Name}'s answer holds: identities.{caller.Name}.values"] };
        }

        string random = context.Api.Fresh();
        RawHttpRequest request = control.Ask.Request ?? context.ProtectedRequest;
        string bare = request.Target.Split('?')[0];
        Exchange? last = null;
        // The second is the path of a style sheet to a cache and still the operation to some frameworks.
        foreach (string target in new[] { $"{bare}?sallyport={random}", $"{bare}/{random}.css", $"{bare};{random}.css", $"{bare}%2f{random}.css" })
        {
            Ask primed = control.Ask with { Title = $"{caller.Name} at an address of its own", Request = request with { Target = target }, Reusable = false, Pooled = true };
            Exchange own = await context.Transport.ExchangeAsync(primed, cancellationToken).ConfigureAwait(false);
            if (own.Answer is not { Status: >= 200 and < 300 } answer || !control.Markers.Any(AnswerShape.Text(answer).Contains))
            {
                continue;
            }

            last = await context.Transport.ExchangeAsync(primed with { Title = "nobody at the same address", Actor = Actor.Nobody }, cancellationToken).ConfigureAwait(false);
            if (last.Answer is { Status: >= 200 and < 300 } leaked && control.Markers.FirstOrDefault(AnswerShape.Text(leaked).Contains) is not null)
            {
                return new Outcome.Failed(new Flaw
                {
                    Expected = "Nobody gets nothing, whatever somebody else asked before.",
                    Observed = $"Without any credential, the address that {caller.Name} had asked answered with {caller.Name}'s data.",
                    Confidence = Confidence.Confirmed,
                    Evidence = [own.ToEvidence(), last.ToEvidence()],
                });
            }
        }

        return last is null ? new Outcome.NotTested("no further address of the operation answered like it")
            : last.Answer is null && VerdictRules.Refused(last) is null ? new Outcome.NotTested($"nobody at the same address: {last.Summary}")
            : new Outcome.Passed();
    }
}
