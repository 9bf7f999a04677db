using System;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-122: right certificates whose names only look like A's.</summary>
internal sealed class ConfusedNames : MatrixCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-122",
        Title = "Another's certificate is taken for the account's",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Variants =
        [
            new("cn-only", "the subject without the alternative name", Severity.High),
            new("cn-multi-valued", "two common names in one part", Severity.High),
            new("cn-first", "the first of two common names", Severity.High),
            new("cn-last", "the last of two common names", Severity.High),
            new("cn-nul", "a common name cut at NUL", Severity.High),
            new("cn-comma", "a common name that holds another", Severity.High),
            new("cn-space", "a common name with a space", Severity.Low),
            new("cn-case", "a common name in other case", Severity.Low),
            new("san-as-dns", "a DNS name for another kind", Severity.High),
            new("san-as-email", "an e-mail address for another kind", Severity.High),
            new("san-as-uri", "a URI for another kind", Severity.High),
            new("san-as-other", "a principal name for another kind", Severity.High),
            new("san-nul", "an alternative name cut at NUL", Severity.High),
            new("san-space", "an alternative name with a space", Severity.High),
            new("san-case", "an alternative name in other case", Severity.Low),
            new("san-as-cn", "a common name for an alternative name", Severity.High),
        ],
        Standards = new() { Cwe = [295, 290], OwaspApi = ["API2:2023"], PciDss = ["4.2.1", "8.2.1"], Asvs = ["12.1.3"] },
        Needs = WithCaKey,
        Why = "A certificate has many places for a name: parts of the subject, several of each, and alternative names of seven kinds. A CA vouches for each in its own meaning. An application that prints the subject and searches the text, takes the first or last common name, stops at NUL, or compares a DNS name with what stands in an e-mail address, finds an account that the CA never meant.",
        Impact = "Whoever gets the CA to certify a name of its own choice in any place becomes another account.",
        How = "The given CA signs certificates of strangers that hold the valid identity's name in a wrong place, kind, length or case, each with one such oddity; as control a perfect copy. None may be answered as the valid identity. Other case or a space at the end is a low finding. Where any certificate of the CA is served, names do not matter and the rule does not apply.",
        Sources = ["RFC 5280, sections 4.2.1.6 and 7", "RFC 9525, section 6", "CVE-2022-21656", "CVE-2009-2408"],
        Remedies = MapIdentity.All,
    };

    /// <inheritdoc/>
    protected override string CauseOf(MatrixIdentity forged) => forged switch
    {
        { AcceptanceIsDebatable: true } => Causes.NamesNormalised,
        { Variant: "san-as-cn" } => Causes.SubjectConfused,
        _ when forged.Variant.StartsWith("cn-", StringComparison.Ordinal) => Causes.SubjectConfused,
        _ => Causes.AltNameConfused,
    };

    /// <inheritdoc/>
    protected override async Task<Outcome?> DoubtAsync(CheckContext context, MatrixIdentity forged, CancellationToken cancellationToken) =>
        await base.DoubtAsync(context, forged, cancellationToken).ConfigureAwait(false)
        ?? await context.NamesDoNotMatterAsync(cancellationToken).ConfigureAwait(false);
}
