using System.Collections.Generic;
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

/// <summary>TLS-009: the extended master secret, and encrypt-then-MAC for CBC suites.</summary>
internal sealed class BoundSessions : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-009",
        Title = "Sessions up to TLS 1.2 lack a protection that the client offered",
        Category = Category.Encryption,
        Severity = Severity.Low,
        Variants =
        [
            new("ems", "The master secret is not bound to the handshake", Severity.Low),
            new("etm", "CBC suites do without encrypt-then-MAC", Severity.Low),
        ],
        Standards = new() { Cwe = [327, 310], OwaspApi = ["API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.2"] },
        Needs = [Need.Tls],
        Why = "Without the extended master secret, two sessions with different peers can be given the same keys (triple handshake): a malicious server then acts for "
            + "its client elsewhere, client certificate included. Without encrypt-then-MAC, CBC suites verify the MAC after they decrypt, the order that padding oracles need.",
        Impact = "Where the server asks for certificates by renegotiation, another server that the client trusts can act as that client; with CBC, timing may give away plaintext.",
        How = "A hello of each version from TLS 1.0 to 1.2 that is spoken offers both extensions; for encrypt-then-MAC it offers CBC suites alone, because the extension has no meaning with others. "
            + "A missing extended master secret is high where a certificate was asked for after the handshake.",
        Sources = ["RFC 7627", "RFC 7366", "Bhargavan et al., IEEE S&P 2014 (triple handshake)", "RFC 9325, section 3.5"],
        Remedies = HardenChannel.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        SpokenVersions versions = await context.Channel.VersionsAsync(cancellationToken).ConfigureAwait(false);
        if (versions.NewestClassic is null or TlsVersion.Ssl3)
        {
            return ChannelOutcome.NoClassic(versions);
        }

        ImmutableArray<(TlsVersion Version, HelloExchange Exchange)> flights =
            [.. (await context.Channel.FlightsAsync(cancellationToken).ConfigureAwait(false)).Where(static one => one.Version > TlsVersion.Ssl3)];
        Outcome secret = ChannelOutcome.OfAll(versions, [.. flights.Select(one => Secret(context, one.Version, one.Exchange))]);
        _ = context.Keep(new(secret) { Variant = "ems" });
        List<Outcome> orders = [];
        foreach ((TlsVersion version, HelloExchange usual) in flights)
        {
            orders.Add(await EncryptThenMacAsync(context.Channel, usual, versions.Of(version), cancellationToken).ConfigureAwait(false));
        }

        return new() { Probes = [new(secret) { Variant = "ems" }, new(ChannelOutcome.OfAll(versions, orders)) { Variant = "etm" }] };
    }

    private static Outcome Secret(CheckContext context, TlsVersion version, HelloExchange exchange) => exchange.Flight switch
    {
        null => ChannelOutcome.Undecided($"a hello of {SpokenVersions.Name(version)} that offers the extended master secret", exchange),
        { ExtendedMasterSecret: true } => new Outcome.Passed(),
        _ => ChannelOutcome.Failed(
            context.Survey.RequestedLater ? Severity.High : null,
            "extended_master_secret is taken up",
            $"the server did not answer extended_master_secret in {SpokenVersions.Name(version)}",
            exchange.ToEvidence($"extended_master_secret offered in {SpokenVersions.Name(version)}")),
    };

    private static async Task<Outcome> EncryptThenMacAsync(ChannelProfile channel, HelloExchange usual, VersionInventory inventory, CancellationToken cancellationToken)
    {
        ImmutableArray<CipherSuite> blocks = [.. inventory.Suites.Where(static suite => suite.IsCbc)];
        if (blocks.IsEmpty)
        {
            return inventory.IsComplete
                ? new Outcome.NotApplicable("the server accepts no CBC suite")
                : new Outcome.NotTested($"not every suite could be asked for ({inventory.Reason})");
        }

        HelloExchange exchange = await channel.BareFlightAsync(usual, inventory, cancellationToken).ConfigureAwait(false);
        return exchange.Flight switch
        {
            { EncryptThenMac: true } => new Outcome.Passed(),
            { Suite.IsCbc: true } flight => ChannelOutcome.Failed(
                "encrypt_then_mac is taken up, or no CBC suite is accepted",
                $"the server chose {flight.Suite} without encrypt_then_mac in {SpokenVersions.Name(inventory.Version)}",
                exchange.ToEvidence($"only CBC suites offered in {SpokenVersions.Name(inventory.Version)}")),
            _ => ChannelOutcome.Undecided($"a hello of {SpokenVersions.Name(inventory.Version)} with CBC suites only", exchange),
        };
    }
}
