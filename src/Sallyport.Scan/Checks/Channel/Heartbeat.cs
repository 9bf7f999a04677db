using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>TLS-008: the heartbeat extension.</summary>
internal sealed class Heartbeat : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-008",
        Title = "The server offers TLS heartbeats",
        Category = Category.Encryption,
        Severity = Severity.Low,
        Standards = new() { Cwe = [1188], OwaspApi = ["API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.2"] },
        Needs = [Need.Tls],
        Why = "Nothing on top of TCP needs heartbeats, and the extension was home to one of the worst bugs in TLS. A server that takes it up runs code that nobody uses.",
        Impact = "If the implementation is an old one, its memory may be read from afar.",
        How = "A hello of each version up to TLS 1.2 that is spoken offers the extension; the server's hello shows whether it takes it up. No heartbeat is ever sent: whether memory leaks is not tried.",
        Sources = ["RFC 6520", "CVE-2014-0160 (Heartbleed)"],
        Remedies = HardenChannel.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        SpokenVersions versions = await context.Channel.VersionsAsync(cancellationToken).ConfigureAwait(false);
        ImmutableArray<(TlsVersion Version, HelloExchange Exchange)> flights = [.. (await context.Channel.FlightsAsync(cancellationToken).ConfigureAwait(false)).Where(static one => one.Version > TlsVersion.Ssl3)];
        return flights.IsEmpty
            ? ChannelOutcome.NoClassic(versions)
            : new() { Probes = [new(ChannelOutcome.OfAll(versions, [.. flights.Select(static one => Judge(one.Version, one.Exchange))]))] };
    }

    private static Outcome Judge(TlsVersion version, HelloExchange exchange) => exchange.Flight switch
    {
        null => ChannelOutcome.Undecided($"a hello of {SpokenVersions.Name(version)} that offers heartbeats", exchange),
        { Heartbeat: true } => ChannelOutcome.Failed(
            "the extension is ignored", $"the server answered with the heartbeat extension in {SpokenVersions.Name(version)}", exchange.ToEvidence($"heartbeat offered in {SpokenVersions.Name(version)}")),
        _ => new Outcome.Passed(),
    };
}
