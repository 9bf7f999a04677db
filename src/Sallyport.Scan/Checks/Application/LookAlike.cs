using System.Threading;
using System.Threading.Tasks;
using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Application;

/// <summary>MTLS-303: whether a right certificate with A's common name and another alternative name is taken for A's.</summary>
internal sealed class LookAlike : MatrixCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-303",
        Title = "A look-alike certificate is served as another account",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Variants =
        [
            new("same-subject", "the whole subject, with another alternative name", Severity.Critical),
            new("same-common-name", "the common name, in another organisation", Severity.Critical),
        ],
        Standards = new() { Cwe = [290, 297], OwaspApi = ["API2:2023"], PciDss = ["8.2.1"], Asvs = ["12.1.3"] },
        Needs = WithCaKey,
        Why = "Common names are not unique: a CA may certify the same one to two parties, in two organisations, or again years later. An application that finds its account by "
            + "the common name alone cannot tell them apart.",
        Impact = "Whoever gets a certificate with the right common name is the other account.",
        How = "The given CA signs certificates with the valid identity's common name but another alternative name, or another organisation. An answer with the valid identity's "
            + "marker, or equal to its answer, twice, is a finding; where any certificate of the CA is served (MTLS-302), names do not matter and the rule does not apply.",
        Sources = ["RFC 9525, section 2 and appendix A (the common name is not an identifier)", "CWE-297"],
        Remedies = MapIdentity.All,
    };

    /// <inheritdoc/>
    protected override async Task<Outcome?> DoubtAsync(CheckContext context, MatrixIdentity forged, CancellationToken cancellationToken) =>
        await base.DoubtAsync(context, forged, cancellationToken).ConfigureAwait(false)
        ?? await context.NamesDoNotMatterAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    protected override string CauseOf(MatrixIdentity forged) => Causes.SubjectConfused;
}
