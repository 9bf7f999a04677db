using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Certificates;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>TLS-018: what a client gets that names no host, or one that the server does not know.</summary>
internal sealed class DefaultSite : Check
{
    /// <summary>A name that no host has (RFC 6761, section 6.4).</summary>
    private const string NoSuchHost = "sallyport-no-such-host.invalid";

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-018",
        Title = "Without the right server name, another site's certificate is shown",
        Category = Category.Encryption,
        Severity = Severity.Low,
        Variants =
        [
            new("no-name", "A client without a server name sees another site's certificate", Severity.Low),
            new("unknown-name", "A client with an unknown server name sees another site's certificate", Severity.Low),
        ],
        Standards = new() { Cwe = [346, 200], OwaspApi = ["API8:2023", "API9:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.1"] },
        Needs = [Need.Tls],
        Why = "The site that answers unnamed clients is often one that nobody looks after, with other rules for client certificates and names that were not meant for the public. It is the first stop of every scan by address.",
        Impact = "Names of other hosts at the address are given away, and requests reach a site with other rules.",
        How = "Handshakes without server_name and with a name under .invalid are compared with the usual one by the leaf certificate. A refusal passes, the same certificate passes, another one is the finding; all are listed as facts.",
        Sources = ["RFC 6066, section 3", "RFC 9325, section 3.6"],
        Remedies = BindNameToHost.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Survey.ServerChain.IsEmpty)
        {
            return CheckResult.NotTested("the server's certificate was not seen");
        }

        List<ProbeResult> probes = [];
        List<Fact> facts = [];
        if (context.Route.ServerNames.IsEmpty)
        {
            probes.Add(new ProbeResult(new Outcome.NotApplicable("the target is an address: no server name is the usual way to ask")) { Variant = "no-name" });
        }
        else
        {
            await AddAsync(context, "no-name", "no server name", null, probes, facts, cancellationToken).ConfigureAwait(false);
        }

        await AddAsync(context, "unknown-name", "an unknown server name", NoSuchHost, probes, facts, cancellationToken).ConfigureAwait(false);
        return new() { Probes = [.. probes], Facts = [.. facts] };
    }

    private async Task AddAsync(CheckContext context, string variant, string what, string? name, List<ProbeResult> probes, List<Fact> facts, CancellationToken cancellationToken)
    {
        (ImmutableArray<byte> leaf, bool refused, string said, Evidence evidence) = await LookAsync(context, name, cancellationToken).ConfigureAwait(false);
        string shown = leaf.IsEmpty ? "" : Names(leaf);
        bool same = !leaf.IsEmpty && leaf.AsSpan().SequenceEqual(context.Survey.ServerChain[0].AsSpan());
        facts.Add(new(Info.Id, $"Answer to {what}", same ? "the usual certificate" : leaf.IsEmpty ? said : $"another certificate: {shown}"));
        Outcome outcome = (same, leaf.IsEmpty) switch
        {
            (true, _) => new Outcome.Passed(),
            (_, true) when refused && await context.Channel.StillWelcomesAsync(cancellationToken).ConfigureAwait(false) => new Outcome.Passed(),
            (_, true) => new Outcome.NotTested($"{what}: {said}{(refused ? ", and so is the usual hello" : "")}"),
            _ => ChannelOutcome.Failed("the same certificate, or a refusal", $"with {what} the server showed another certificate: {shown}", evidence),
        };
        probes.Add(context.Keep(new(outcome) { Variant = variant }));
    }

    private static async Task<(ImmutableArray<byte> Leaf, bool Refused, string Said, Evidence Evidence)> LookAsync(CheckContext context, string? name, CancellationToken cancellationToken)
    {
        Route route = context.Route.WithServerName(name);
        if (context.Survey.Tls12 == true)
        {
            HelloRequest hello = HelloRequest.ForTls12(name);
            HelloExchange exchange = await context.Transport.HelloAsync(route, hello, cancellationToken).ConfigureAwait(false);
            bool refusal = exchange.Answer is HelloAnswer.Alerted;
            return (exchange.Flight?.Certificates.FirstOrDefault() is { IsDefaultOrEmpty: false } seen ? seen : [], refusal, ChannelOutcome.Said(exchange), exchange.ToEvidence(name ?? "no server name"));
        }

        // TLS 1.3 shows its certificate to a whole handshake only; nobody's will do, since the certificate comes before ours.
        Ask ask = new() { Title = name ?? "no server name", Route = route, Actor = Actor.Nobody };
        LiveConnection live = await context.Transport.ConnectAsync(ask, cancellationToken).ConfigureAwait(false);
        await using (live.ConfigureAwait(false))
        {
            ImmutableArray<byte> leaf = live.Tls?.ServerCertificates.FirstOrDefault() is { IsDefaultOrEmpty: false } seen ? seen : [];
            return (leaf, live.Opened.Opening is Opening.Alerted { AfterOurAnswer: false }, live.Opened.Summary, live.Opened.ToEvidence());
        }
    }

    private static string Names(ImmutableArray<byte> leaf) =>
        CertificateProfile.TryRead(leaf.AsSpan(), out CertificateProfile? profile, out _) ? profile.Subject.ToString() : "one that cannot be read";
}
