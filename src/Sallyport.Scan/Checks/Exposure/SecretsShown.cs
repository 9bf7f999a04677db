using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Exposure;

/// <summary>DATA-002: keys, tokens of other services and connection strings in answers.</summary>
internal sealed class SecretsShown : AnswerCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "DATA-002",
        Title = "Answers hold credentials of other systems",
        Category = Category.DataExposure,
        Severity = Severity.Critical,
        Variants =
        [
            new("aws", "An answer holds an AWS access key id", Severity.Critical),
            new("github", "An answer holds a GitHub token", Severity.Critical),
            new("slack", "An answer holds a Slack token", Severity.Critical),
            new("stripe", "An answer holds a live Stripe key", Severity.Critical),
            new("private-key", "An answer holds a private key", Severity.Critical),
            new("connection-string", "An answer holds a connection string with its password", Severity.Critical),
        ],
        Standards = new() { Cwe = [312, 798], OwaspApi = ["API8:2023"], PciDss = ["8.3.2", "8.6.2"], Asvs = ["13.3.1"] },
        Needs = Usual,
        Why = "A configuration, an entity or an exception that is serialised whole takes its credentials with it. They open other systems than the one that was asked, and nobody notices their use here.",
        Impact = "Whoever may call this one operation gets into the database, the cloud account or the other service.",
        How = "The answers of every operation that only reads are searched for shapes that prove themselves: a checksum, a vendor's fixed prefix with enough entropy, the armour of a private key, "
            + "a connection string with a password that is no placeholder.",
        Sources = ["CWE-312", "CWE-798", "GitHub, token format with checksum (2021)"],
        Remedies = ShowLess.Data,
    };

    /// <inheritdoc/>
    protected override IEnumerable<ProbeResult> Probes(CheckContext context, ApiAnswer answer)
    {
        ImmutableArray<SecretShapes.Find> finds = [.. SecretShapes.In(answer.Text)];
        foreach (CheckVariant variant in Info.Variants)
        {
            SecretShapes.Find? found = finds.Where(find => find.Kind == variant.Slug).OrderByDescending(find => find.Certain).FirstOrDefault();
            yield return Probe(
                answer,
                found is null
                    ? new Outcome.Passed()
                    : new Outcome.Failed(new Flaw
                    {
                        Expected = "No credential stands in an answer.",
                        Observed = $"{variant.Title} that begins with {found.Shape}.",
                        Confidence = found.Certain ? Confidence.Confirmed : Confidence.Suspect,
                        // The answer itself is not shown: it holds the secret.
                        Evidence = [new() { Title = answer.Baseline.First.Ask.Title, Sent = $"{answer.Operation.Name} as {answer.Identity.Name}", Received = $"{found.Shape}…" }],
                        Replay = CurlLine.Of(answer.Baseline.First.Ask, context.Request),
                    }),
                variant.Slug);
        }
    }
}
