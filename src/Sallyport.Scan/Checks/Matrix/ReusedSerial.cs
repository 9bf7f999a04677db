using System.Threading;
using System.Threading.Tasks;
using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-123: A's serial number, or a name that prints like the CA's, under another issuer.</summary>
internal sealed class ReusedSerial : MatrixCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-123",
        Title = "An account is found by a serial number or printed issuer alone",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Standards = new() { Cwe = [290], OwaspApi = ["API2:2023"], PciDss = ["4.2.1", "8.2.1"], Asvs = ["12.1.3"] },
        Needs = WithCaKey,
        Why = "A serial number is unique within one issuer only, and an issuer's name is a structure, not a text: different names print alike. A map from certificates to accounts whose key is the serial alone, or serial and printed issuer, gives an account to whoever gets a certificate with the same number from another CA of the same trust.",
        Impact = "The holder of a certificate of one trusted CA becomes an account of another.",
        How = "Below the given CA an intermediate signs a certificate of a stranger with the valid identity's serial number; a second one does so under a name that prints like the CA's. Neither may be answered as the valid identity, while a right certificate of an intermediate is. Where any certificate of the CA is served, the rule does not apply.",
        Sources = ["RFC 5280, section 4.1.2.2"],
        Remedies = MapIdentity.All,
    };

    /// <inheritdoc/>
    protected override async Task<Outcome?> DoubtAsync(CheckContext context, MatrixIdentity forged, CancellationToken cancellationToken) =>
        await base.DoubtAsync(context, forged, cancellationToken).ConfigureAwait(false)
        ?? await context.NamesDoNotMatterAsync(cancellationToken).ConfigureAwait(false);
}
