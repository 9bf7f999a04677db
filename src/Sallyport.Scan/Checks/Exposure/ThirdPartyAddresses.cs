using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Sallyport.Scan.Api;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Exposure;

/// <summary>UC-001: addresses of other parties over plain HTTP in answers: what the API takes from there, or sends its clients to, nobody vouches for.</summary>
internal sealed partial class ThirdPartyAddresses : AnswerCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "UC-001",
        Title = "The API hands on addresses that nobody vouches for",
        Category = Category.UnsafeConsumption,
        Severity = Severity.Low,
        Standards = new() { Cwe = [829, 601], OwaspApi = ["API10:2023"], PciDss = ["6.2.4"], Asvs = ["12.3.1", "15.3.2"] },
        Needs = Usual,
        Why = "An address of another party over plain HTTP is whatever the network makes of it. An API that stores such addresses calls them too, or lets its clients call them.",
        Impact = "Data or code of somebody else where the other party's was expected.",
        How = "The answers of every operation that only reads are searched for values that are http:// addresses of other hosts. Names that only look like addresses (schemas, namespaces) and loopback are left out.",
        Sources = ["OWASP API10:2023", "CWE-829"],
        Remedies =
        [
            new(null, "Store and hand on https:// addresses of other parties only, verify their certificates and signatures, and follow no redirect to another host."),
            new(ServerStack.AspNetCore, "Refuse other schemes where the address comes in, and follow no redirect when it is called.", "using var client = new HttpClient();\nusing HttpResponseMessage answer = await client.GetAsync(partner.Url);", "if (partner.Url.Scheme != Uri.UriSchemeHttps) { return Results.BadRequest(); }\nusing var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });\nusing HttpResponseMessage answer = await client.GetAsync(partner.Url);"),
            new(ServerStack.Node, "Refuse other schemes where the address comes in, and follow no redirect.", "await fetch(partner.url);", "if (new URL(partner.url).protocol !== 'https:') throw new Error('https only');\nawait fetch(partner.url, { redirect: 'error' });"),
            new(ServerStack.Go, "Refuse other schemes, and follow no redirect.", "http.Get(partner.URL)", "client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}"),
        ],
    };

    /// <inheritdoc/>
    protected override IEnumerable<ProbeResult> Probes(CheckContext context, ApiAnswer answer)
    {
        string? found = Values().Matches(answer.Text).Select(match => match.Groups["url"].Value).FirstOrDefault(link => IsOthers(link, context));
        yield return Probe(answer, found is null
            ? new Outcome.Passed()
            : new Outcome.Failed(new Flaw
            {
                Expected = "Addresses of other parties begin with https://.",
                Observed = $"The answer holds {(found.Length <= 200 ? found : found[..200])}.",
                Confidence = Confidence.Confirmed,
                Evidence = [answer.Baseline.First.ToEvidence()],
                Replay = CurlLine.Of(answer.Baseline.First.Ask, context.Request),
            }));
    }

    private static bool IsOthers(string link, CheckContext context) => Uri.TryCreate(link, UriKind.Absolute, out Uri? address)
        && !address.IsLoopback
        && !address.Host.Equals(context.Request.Target.Host, StringComparison.OrdinalIgnoreCase)
        && !context.Request.Names.Contains(address.Host, StringComparer.OrdinalIgnoreCase)
        && !Identifiers().IsMatch(address.Host);

    // A whole JSON value or attribute: an address within a sentence is only talked about.
    [GeneratedRegex(@"""(?<url>http://[^\s""\\<>]{3,300})""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Values();

    // Hosts whose http:// addresses are identifiers that are compared and not called.
    [GeneratedRegex(@"(?:^|\.)(?:w3\.org|json-schema\.org|xmlsoap\.org|schema\.org|purl\.org|xmlns\.com|schemas\.microsoft\.com|schemas\.openxmlformats\.org|openid\.net|swagger\.io|hl7\.org|example\.(?:com|org|net)|[a-z-]+\.(?:test|example|invalid))$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Identifiers();
}
