using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Checks.Specification;

/// <summary>SPEC-002: whether the description says that a certificate is needed where one is demanded. Facts only.</summary>
internal sealed class UndeclaredMutualTls : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "SPEC-002",
        Title = "Mutual TLS is enforced and not declared",
        Category = Category.Inventory,
        Severity = null,
        Standards = new() { Cwe = [1059], OwaspApi = ["API9:2023"], PciDss = ["6.3.2"], Asvs = ["6.1.3"] },
        Needs = [Need.Tls, Need.Caller, Need.Operations],
        Why = "Clients and tools are made from the description. One that keeps silent about the certificate makes clients that cannot connect, and hides from whoever reviews it what protects the API.",
        Impact = "No weakness by itself: what is not written down is lost at the next rebuild.",
        How = "The survey's handshakes without a certificate are held against the security schemes of the description. What is missing is a fact. Nothing else is sent.",
        Sources = ["OpenAPI 3.1.1, section 4.8.27 (type mutualTLS)"],
        Remedies = DescribeTruly.Description,
    };

    /// <inheritdoc/>
    public override Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Survey.Description is not { } description)
        {
            return Task.FromResult(Described.Missing);
        }

        bool declared = description.Schemes.Any(scheme => scheme.Scheme.Kind == SecuritySchemeKind.MutualTls) || description.Operations.Any(operation => operation.DemandsMutualTls);
        return Task.FromResult(context.Survey.Authentication switch
        {
            AuthVerdict.Enforced when !declared && context.Survey.CertificateRequested =>
                CheckResult.Passed().With(new Fact(
                    Info.Id, Info.Title, $"the server demands a client certificate; the description names {(description.Schemes.IsEmpty ? "no scheme at all" : $"only {Described.List(description.Schemes.Select(scheme => scheme.Scheme.Name))}")}")),
            AuthVerdict.Enforced => CheckResult.Passed(),
            AuthVerdict.Unknown unknown => CheckResult.NotTested($"whether a certificate is enforced is not known: {unknown.Reason}"),
            _ => CheckResult.NotApplicable("no client certificate is enforced"),
        });
    }
}
