using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Proxy;

/// <summary>PROXY-003: whether a valid identity becomes another one by a header.</summary>
internal sealed class OtherWithHeaders : HeaderCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "PROXY-003",
        Title = "An identity in a header is believed over the certificate",
        Category = Category.ProxyTrust,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [290], OwaspApi = ["API1:2023", "API2:2023"], PciDss = ["7.2.1"], Asvs = ["4.1.3"] },
        Needs = [Need.Tls, Need.Identity, Need.SecondIdentity],
        Why = "A proxy that requires a certificate and still lets the client's own identity headers through leaves the application with two answers to the question who is there; many take the header, "
            + "the first or the last of two, or the one in the spelling that the proxy did not know.",
        Impact = "Every holder of any valid certificate acts as any other account.",
        How = "The second identity asks for the first one's object, once plainly (which must not be served) and then with every family of identity headers naming the first; the best known ones also twice, "
            + "in other case, with underscores and folded. The first identity's answer, twice, is a finding.",
        Sources = ["RFC 9440, section 4", "RFC 9112, section 5.2", "CWE-290"],
        Remedies = TrustNoHeader.Identity,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Survey.ProtectedOperation is not { } operation
            || await context.Api.OwnedAsync(operation, context.A, context.B, cancellationToken).ConfigureAwait(false) is not BaselineResult.Learned { Baseline: var owned })
        {
            return CheckResult.NotTested("there is no control request");
        }

        ImmutableArray<IdentityHeaders.Family> families = [.. IdentityHeaders.Naming(context.A), IdentityHeaders.Rfc9440(context.A)];
        IEnumerable<IdentityHeaders.Family> spelled = families.Where(family => family.Name is "nginx" or "Envoy" or "RFC 9440").SelectMany(IdentityHeaders.Spellings);
        return new() { Probes = await TryAsync(context, Actor.Of(context.B), context.A, owned, families.Concat(spelled), cancellationToken).ConfigureAwait(false) };
    }
}
