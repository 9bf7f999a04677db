using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Exposure;

/// <summary>ENC-001: addresses of the API itself that begin with http://, in answers and headers. HSTS and plain ports are TLS-021 and TLS-022, cookie flags CSRF-004.</summary>
internal sealed partial class PlainLinks : AnswerCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "ENC-001",
        Title = "The API sends its clients to plain HTTP",
        Category = Category.Encryption,
        Severity = Severity.Medium,
        Standards = new() { Cwe = [319, 523], OwaspApi = ["API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.2.1"] },
        Needs = [Need.Caller, Need.Operations, Need.Tls],
        Why = "A server behind a TLS proxy that does not know it writes http:// into its links and redirects. A client that follows one sends its next request, token and cookie in the clear.",
        Impact = "Whoever is on the network reads or answers that request.",
        How = "The answers of every operation that only reads are searched for http:// addresses of the API's own host, in Location, Link and Content-Location and in the body. "
            + "Addresses of other hosts are no matter of this rule.",
        Sources = ["RFC 9110, section 17.1", "RFC 9325, section 3.2"],
        Remedies = ClosePlaintext.Links,
    };

    /// <inheritdoc/>
    protected override bool OneForAll => true;

    /// <inheritdoc/>
    protected override bool IsLookedAt(ApiAnswer answer) => true;

    /// <inheritdoc/>
    protected override IEnumerable<ProbeResult> Probes(CheckContext context, ApiAnswer answer)
    {
        ImmutableArray<string> own = [context.Request.Target.Host.ToLowerInvariant(), .. context.Request.Names.Select(name => name.ToLowerInvariant())];
        IEnumerable<string> texts = answer.Answer.Headers
            .Where(header => header.Name.ToLowerInvariant() is "location" or "link" or "content-location" or "refresh")
            .Select(header => header.Value)
            .Append(answer.Text);
        string? found = texts.SelectMany(text => Links().Matches(text)).Select(match => match.Value)
            .FirstOrDefault(link => Uri.TryCreate(link, UriKind.Absolute, out Uri? address) && own.Contains(address.Host.ToLowerInvariant()));
        yield return Probe(answer, found is null
            ? new Outcome.Passed()
            : new Outcome.Failed(new Flaw
            {
                Expected = "Every address of the API begins with https://.",
                Observed = $"The answer holds {(found.Length <= 200 ? found : found[..200])}.",
                Confidence = Confidence.Confirmed,
                Evidence = [answer.Baseline.First.ToEvidence()],
                Replay = CurlLine.Of(answer.Baseline.First.Ask, context.Request),
            }));
    }

    [GeneratedRegex(@"http://[^\s""'<>\\,;)]{1,300}", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Links();
}
