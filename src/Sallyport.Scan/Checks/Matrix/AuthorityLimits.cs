using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-110: chains that the CA's own limits forbid.</summary>
internal sealed class AuthorityLimits : MatrixCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-110",
        Title = "Limits that a CA sets are not kept",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Variants =
        [
            new("path-length", "path length", Severity.High),
            new("name-constraints-dns", "name constraints on DNS names", Severity.High),
            new("name-constraints-directory", "name constraints on distinguished names", Severity.High),
        ],
        Standards = new() { Cwe = [295], OwaspApi = ["API2:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.3"] },
        Needs = WithCaKey,
        Why = "An organisation gives a department or a partner a CA of its own and limits it: no further CAs below it, no names outside its part. The limits stand in the intermediate's certificate, and only the verifier can keep them. One that skips path length or name constraints turns a limited CA into a full one.",
        Impact = "Whoever runs, or steals, a limited CA issues certificates for accounts it was never meant for.",
        How = "The given CA signs intermediates: one that allows no CA below it, with one below it; one whose permitted names do not include the certificate's; one that excludes the valid identity's own name. Each chain must be refused, while a right chain through an intermediate is served.",
        Sources = ["RFC 5280, sections 4.2.1.9, 4.2.1.10 and 6.1"],
        Remedies = VerifyCertificate.All,
    };

    /// <inheritdoc/>
    protected override string CauseOf(MatrixIdentity forged) => $"{Info.Id}/{forged.Variant}";
}
