using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>MTLS-201: whether a session of one name is resumed at another name that trusts other clients.</summary>
internal sealed class TicketAcrossNames : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-201",
        Title = "A session of one name is resumed at a name with another client policy",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [863, 288], OwaspApi = ["API2:2023"], PciDss = ["8.3.1"], Asvs = ["12.3.5"] },
        Needs = [Need.Tls, Need.Identity, Need.SecondName],
        Why = "A resumed handshake carries no certificate: the server believes what it wrote into the ticket when the session was made. Where several names share ticket keys and one session cache, a ticket of a name that lets a client in also opens a name that would refuse it, unless the server binds tickets to names or judges the certificate again.",
        Impact = "Whoever is a client of one virtual host reaches the protected content of another, with the identity of the first.",
        How = "With an identity that one name lets in and another refuses, a session is made at the first and resumed at the second: by TLS 1.3 ticket, TLS 1.2 ticket and session id, in both directions. It is a finding only when the second name's own content comes back twice while a full handshake there is still refused. That the session was resumed proves nothing: safe servers resume and refuse afterwards.",
        Sources = ["RFC 8446, section 4.6.1", "RFC 8446, section 2.2", "CVE-2025-23419", "STEK Sharing is Not Caring (USENIX Security 2025)"],
        Remedies = LimitResumption.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        NamedSite target = await context.Names.TargetAsync(context, cancellationToken).ConfigureAwait(false);
        List<ProbeResult> probes = [];
        foreach (NamedSite other in await context.Names.OthersAsync(context, cancellationToken).ConfigureAwait(false))
        {
            ImmutableArray<Passage> passages = [.. Passage.Between(target, other).Where(p => p.Actor.Credential is not null)];
            probes.AddRange(passages.IsEmpty
                ? [NoPassage.Of(context, target, other)]
                : await ProbeAsync(context, passages, cancellationToken).ConfigureAwait(false));
        }

        return new() { Probes = [.. probes] };
    }

    private async Task<ImmutableArray<ProbeResult>> ProbeAsync(CheckContext context, ImmutableArray<Passage> passages, CancellationToken cancellationToken)
    {
        List<ProbeResult> probes = [];
        foreach (Passage passage in passages)
        {
            probes.Add(context.Keep(await TicketPassage.ProbeAsync(context, passage, Info.Id, cancellationToken).ConfigureAwait(false)
                ?? new(new Outcome.NotApplicable($"{passage.From.Name} gives {passage.Actor.Name} neither a ticket nor a session id")) { Identity = passage.Actor.Name }));
        }

        return [.. probes];
    }
}
