using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Exposure;

/// <summary>DATA-001: payment and personal numbers in answers.</summary>
internal sealed class PersonalDataShown : AnswerCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "DATA-001",
        Title = "Answers hold payment or personal numbers in full",
        Category = Category.DataExposure,
        Severity = Severity.High,
        Variants =
        [
            new("pan", "An answer holds a whole payment card number", Severity.High),
            new("ssn", "An answer holds a social security number", Severity.High),
            new("iban", "An answer holds a bank account number", Severity.Medium),
            new("email", "An answer holds the addresses of many people", Severity.Medium),
        ],
        Standards = new() { Cwe = [359, 200], OwaspApi = ["API3:2023"], PciDss = ["3.4.1"], Asvs = ["14.2.6"] },
        Needs = Usual,
        Why = "What an answer holds ends in logs, caches, browsers and the memory of every program on the way. Whole numbers are seldom needed by who asks; a masked one serves.",
        Impact = "One stolen token, one log file or one compromised client gives numbers that can be used elsewhere.",
        How = "The answers of every operation that only reads are searched. A card number must have its issuer's range, its length, its check digit and a word for cards near it; an IBAN "
            + "its remainder; a social security number its ranges and a word for it. Values that the identity declares as its own are left out.",
        Sources = ["PCI DSS 4.0.1, requirement 3.4.1", "ISO/IEC 7812-1, annex B", "ISO 13616-1"],
        Remedies = ShowLess.Data,
    };

    /// <inheritdoc/>
    protected override IEnumerable<ProbeResult> Probes(CheckContext context, ApiAnswer answer)
    {
        ImmutableArray<PersonalData.Find> finds = [.. PersonalData.In(answer.Text, [.. answer.Identity.Values.Values])];
        foreach (CheckVariant variant in Info.Variants)
        {
            ImmutableArray<PersonalData.Find> these = [.. finds.Where(find => find.Kind == variant.Slug)];
            yield return Probe(
                answer,
                these.IsEmpty
                    ? new Outcome.Passed()
                    : new Outcome.Failed(new Flaw
                    {
                        Expected = "The number is masked, or not there.",
                        Observed = $"{variant.Title} ({these.Length} found, such as {these[0].Shape}).",
                        Confidence = Confidence.Confirmed,
                        // The answer itself is not shown: it holds the numbers.
                        Evidence = [new() { Title = answer.Baseline.First.Ask.Title, Sent = $"{answer.Operation.Name} as {answer.Identity.Name}", Received = string.Join('\n', these.Take(5).Select(find => find.Shape)) }],
                        Replay = CurlLine.Of(answer.Baseline.First.Ask, context.Request),
                    }),
                variant.Slug);
        }
    }
}
