using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>TLS-007: compression within TLS.</summary>
internal sealed class Compression : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-007",
        Title = "The server compresses within TLS",
        Category = Category.Encryption,
        Severity = Severity.High,
        Standards = new() { Cwe = [310, 203], OwaspApi = ["API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.2"] },
        Needs = [Need.Tls],
        Why = "Compression makes the length of a record depend on what it holds. Whoever can add text to a request and see lengths learns the secrets next to it, byte by byte.",
        Impact = "Cookies and tokens of clients leak to an attacker on the path.",
        How = "A hello of each version up to TLS 1.2 that is spoken offers DEFLATE; choosing it is the finding. TLS 1.3 has no compression.",
        Sources = ["RFC 9325, section 3.3", "RFC 3749", "CVE-2012-4929 (CRIME)"],
        Remedies = HardenChannel.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        SpokenVersions versions = await context.Channel.VersionsAsync(cancellationToken).ConfigureAwait(false);
        ImmutableArray<(TlsVersion Version, HelloExchange Exchange)> flights = await context.Channel.FlightsAsync(cancellationToken).ConfigureAwait(false);
        return flights.IsEmpty
            ? ChannelOutcome.NoClassic(versions)
            : new() { Probes = [new(ChannelOutcome.OfAll(versions, [.. flights.Select(static one => Judge(one.Version, one.Exchange))]))] };
    }

    private static Outcome Judge(TlsVersion version, HelloExchange exchange) => exchange.Flight switch
    {
        null => ChannelOutcome.Undecided($"a hello of {SpokenVersions.Name(version)} that offers compression", exchange),
        { Compression: 0 } => new Outcome.Passed(),
        { } flight => ChannelOutcome.Failed(
            "compression method 0", $"the server chose compression method {flight.Compression} in {SpokenVersions.Name(version)}", exchange.ToEvidence($"compression offered in {SpokenVersions.Name(version)}")),
    };
}
