using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>TLS-005: weak curves; post-quantum groups are a fact.</summary>
internal sealed class KeyExchangeGroups : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-005",
        Title = "The server agrees on a weak key exchange group",
        Category = Category.Encryption,
        Severity = Severity.Medium,
        Standards = new() { Cwe = [326], OwaspApi = ["API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.2"] },
        Needs = [Need.Tls],
        Why = "The group decides how hard it is to compute the session's keys from what is on the wire. Curves below 224 bits fall short of every current "
            + "minimum, and the binary curves were retired together with them.",
        Impact = "Sessions over the smallest curves can be opened by an attacker with enough computers; recorded sessions without a post-quantum group may be by a quantum computer some day.",
        How = "In TLS 1.3 hellos without a key share make the server name its groups one after another; before, its ServerKeyExchange shows the curve. Weak curves are "
            + "offered by themselves, and with the curves an ECDSA certificate may need at the end of the list.",
        Sources = ["RFC 8422, section 5.1.1", "RFC 9325, section 4.2", "RFC 8446, section 4.2.7", "draft-ietf-tls-ecdhe-mlkem"],
        Remedies = HardenChannel.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        SpokenVersions versions = await context.Channel.VersionsAsync(cancellationToken).ConfigureAwait(false);
        CheckResult result = new();
        if (versions.Speaks(TlsVersion.Tls13))
        {
            GroupInventory modern = await context.Channel.GroupsAsync(TlsVersion.Tls13, cancellationToken).ConfigureAwait(false);
            result = result.With(Listed(modern)).With(new Fact(Info.Id, "Post-quantum key exchange", PostQuantum(modern)));
        }

        if (versions.NewestClassic is not { } classic || classic == TlsVersion.Ssl3)
        {
            // TLS 1.3 has no number for a weak group: there is nothing that could have been agreed on.
            return result with { Probes = ChannelOutcome.NoClassic(versions).Probes };
        }

        ImmutableArray<CipherSuite> curves = [.. versions.Of(classic).Suites.Where(static suite => suite.KeyExchange == "ECDHE")];
        if (curves.IsEmpty)
        {
            return result with
            {
                Probes = versions.Of(classic).IsComplete
                    ? CheckResult.NotApplicable("the server accepts no ECDHE suite").Probes
                    : CheckResult.NotTested($"not every suite could be asked for ({versions.Doubt})").Probes,
            };
        }

        GroupInventory old = await context.Channel.GroupsAsync(classic, cancellationToken).ConfigureAwait(false);
        Outcome outcome = await WeakAsync(context.Channel, classic, curves, old, cancellationToken).ConfigureAwait(false);
        return result.With(Listed(old)) with { Probes = [new(outcome)] };
    }

    private static string PostQuantum(GroupInventory modern)
    {
        ImmutableArray<NamedGroup> hybrids = [.. modern.Groups.Where(static group => group.IsPostQuantum)];
        return !hybrids.IsEmpty ? ChannelOutcome.List(hybrids) : modern.IsComplete ? "not offered" : $"not seen; {modern.Reason}";
    }

    private Fact Listed(GroupInventory groups) =>
        new(Info.Id, $"Key exchange groups of {SpokenVersions.Name(groups.Version)}", ChannelOutcome.List(groups.Groups) + (groups.IsComplete ? "" : $" (not all: {groups.Reason})"));

    private static async Task<Outcome> WeakAsync(
        ChannelProfile channel, TlsVersion version, ImmutableArray<CipherSuite> suites, GroupInventory seen, CancellationToken cancellationToken)
    {
        ImmutableArray<NamedGroup> weak = [.. NamedGroup.All.Where(static group => group.IsWeak)];
        ImmutableArray<CipherSuite> rsa = [.. suites.Where(static suite => suite.Authentication is "RSA")];
        if (!rsa.IsEmpty)
        {
            // No curve is needed for the certificate: the weak ones can stand alone.
            HelloExchange alone = await channel.AskAsync(channel.Hello(version, rsa) with { Groups = weak }, cancellationToken).ConfigureAwait(false);
            return await JudgeAsync(channel, alone, version, cancellationToken).ConfigureAwait(false);
        }

        // An ECDSA certificate's own curve must be among the client's, or the server refuses for that reason.
        ImmutableArray<NamedGroup> strong = [.. seen.Groups.Where(static group => !group.IsWeak).Union([NamedGroup.Secp256R1, NamedGroup.X25519])];
        HelloExchange mixed = await channel.AskAsync(channel.Hello(version, suites) with { Groups = [.. weak, .. strong] }, cancellationToken).ConfigureAwait(false);
        if (mixed.Flight?.KeyExchange?.Group is not { } chosen)
        {
            // The usual curves were there too: a refusal says nothing of the weak ones.
            return ChannelOutcome.Undecided("weak curves were offered before usual ones", mixed);
        }

        if (chosen.IsWeak)
        {
            return await JudgeAsync(channel, mixed, version, cancellationToken).ConfigureAwait(false);
        }

        // It chose a strong curve from the end of the list: proof only where the client's order decides, forwards as just now and backwards.
        ImmutableArray<NamedGroup> reversed = [.. strong.Reverse()];
        HelloExchange last = await channel.AskAsync(channel.Hello(version, suites) with { Groups = reversed }, cancellationToken).ConfigureAwait(false);
        bool clientDecides = strong.Length > 1 && chosen == strong[0] && last.Flight?.KeyExchange?.Group == reversed[0];
        return clientDecides
            ? new Outcome.Passed()
            : new Outcome.NotTested("the server prefers the curve that its ECDSA certificate needs, so it cannot be seen whether it would take a weak one");
    }

    private static async Task<Outcome> JudgeAsync(ChannelProfile channel, HelloExchange exchange, TlsVersion version, CancellationToken cancellationToken)
    {
        if (exchange.Flight is { } flight)
        {
            return flight.KeyExchange?.Group is { IsWeak: true } group
                ? ChannelOutcome.Failed("weak curves are refused", $"the server agreed on {group} in {SpokenVersions.Name(version)}", exchange.ToEvidence($"weak curves in {SpokenVersions.Name(version)}"))
                : ChannelOutcome.Undecided("weak curves were offered", exchange);
        }

        if (!ChannelOutcome.IsRefusal(exchange))
        {
            return ChannelOutcome.Undecided("weak curves were offered", exchange);
        }

        // The refusal counts while the same hello with usual curves is welcome.
        HelloRequest usual = exchange.Hello with { Groups = channel.Hello(version, exchange.Hello.CipherSuites).Groups };
        HelloExchange control = await channel.AskAsync(usual, cancellationToken).ConfigureAwait(false);
        return ChannelOutcome.IsWelcome(control) ? new Outcome.Passed() : ChannelOutcome.Undecided("the control hello with usual curves", control);
    }
}
