using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Hello;

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
        How = "A hello of the newest version up to TLS 1.2 offers the extension; the server's hello shows whether it takes it up. No heartbeat is ever sent: whether memory leaks is not tried.",
        Sources = ["RFC 6520", "CVE-2014-0160 (Heartbleed)"],
        Remedies = HardenChannel.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        HelloExchange? exchange = await context.Channel.FlightAsync(cancellationToken).ConfigureAwait(false);
        if (exchange is null)
        {
            return ChannelOutcome.NoClassic(await context.Channel.VersionsAsync(cancellationToken).ConfigureAwait(false));
        }

        return exchange.Flight is { } flight
            ? new() { Probes = [new(Judge(flight, exchange))] }
            : new() { Probes = [new(ChannelOutcome.Undecided("a hello that offers heartbeats", exchange))] };
    }

    private static Outcome Judge(ServerFlight flight, HelloExchange exchange) =>
        flight.Heartbeat
            ? ChannelOutcome.Failed("the extension is ignored", "the server answered with the heartbeat extension", exchange.ToEvidence("heartbeat offered"))
            : new Outcome.Passed();
}
