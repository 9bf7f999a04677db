using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>MTLS-202: whether the ticket of a client without a certificate is good where one is required.</summary>
internal sealed class TicketWithoutIdentity : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-202",
        Title = "A session without a certificate is resumed where one is required",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [287, 288], OwaspApi = ["API2:2023"], PciDss = ["8.3.1"], Asvs = ["12.3.5"] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested],
        Why = "In a resumed handshake the server may not ask for a certificate. A session that was made without one, at a name where it is optional or before the server had refused it, stays without one when it is resumed. A server that requires certificates has to refuse such sessions itself.",
        Impact = "Whoever reaches the port calls the protected operation without any certificate.",
        How = "A session is made without a certificate, at another name that permits it or at the target itself when it hands out tickets before it refuses, and resumed where a full handshake without a certificate is refused. It is a finding only when the protected content comes back twice.",
        Sources = ["RFC 8446, section 4.3.2", "RFC 8446, section 4.6.1", "Botan issue 5818"],
        Remedies = LimitResumption.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        NamedSite target = await context.Names.TargetAsync(context, cancellationToken).ConfigureAwait(false);
        ImmutableArray<NamedSite> others = await context.Names.OthersAsync(context, cancellationToken).ConfigureAwait(false);
        List<ProbeResult> probes = [];
        Actor nobody = target.Treatments[0].Actor;
        ImmutableArray<Passage> passages =
        [
            .. target.IsProtected ? [new Passage(target, target, nobody)] : (Passage[])[],
            .. others.SelectMany(other => Passage.Between(target, other)).Where(p => p.Actor.Credential is null),
        ];
        foreach (Passage passage in passages)
        {
            if (await TicketPassage.ProbeAsync(context, passage, Info.Id, cancellationToken).ConfigureAwait(false) is { } probe)
            {
                probes.Add(probe);
            }
        }

        return probes.Count > 0
            ? new() { Probes = [.. probes] }
            : (target.Treatments[0], passages.IsEmpty) switch
            {
                (_, false) => CheckResult.NotApplicable("a client without a certificate gets neither a ticket nor a session id"),
                ({ Served: true }, _) => CheckResult.NotApplicable("no name is known that refuses a client without a certificate: it needs no ticket"),
                ({ Exchange.Summary: var summary }, _) => CheckResult.NotTested($"whether a client without a certificate is refused is undecided: {summary}"),
            };
    }
}
