using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>TLS-013: no mark in the random of a server that speaks less than it could.</summary>
internal sealed class DowngradeMark : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-013",
        Title = "The server does not mark a lower version than it could speak",
        Category = Category.Encryption,
        Severity = Severity.Low,
        Standards = new() { Cwe = [757], OwaspApi = ["API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.1"] },
        Needs = [Need.Tls],
        Why = "A server with TLS 1.3 that answers an older hello writes a fixed mark into its random. It is covered by the server's signature, so a client that knows "
            + "TLS 1.3 sees that somebody on the path has changed its hello. Without the mark nothing tells it.",
        Impact = "A man in the middle brings two sides that know TLS 1.3 down to TLS 1.2 unseen.",
        How = "Two hellos up to TLS 1.2 to a server that speaks TLS 1.3: the last eight bytes of its random must be the mark of the version chosen, both times.",
        Sources = ["RFC 8446, section 4.1.3"],
        Remedies = HardenChannel.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        SpokenVersions versions = await context.Channel.VersionsAsync(cancellationToken).ConfigureAwait(false);
        if (!versions.Speaks(TlsVersion.Tls13))
        {
            return versions.Of(TlsVersion.Tls13).IsComplete
                ? CheckResult.NotApplicable("the server does not speak TLS 1.3")
                : CheckResult.NotTested($"whether TLS 1.3 is spoken is undecided ({versions.Doubt})");
        }

        HelloExchange? first = await context.Channel.FlightAsync(cancellationToken).ConfigureAwait(false);
        if (first is null)
        {
            return ChannelOutcome.NoClassic(versions);
        }

        if (first.Flight is null || IsMarked(first))
        {
            return new() { Probes = [new(first.Flight is null ? ChannelOutcome.Undecided("a hello up to TLS 1.2", first) : new Outcome.Passed())] };
        }

        HelloExchange second = await context.Channel.AskAsync(first.Hello, cancellationToken).ConfigureAwait(false);
        Outcome outcome = second.Flight switch
        {
            null => ChannelOutcome.Undecided("a repeated hello up to TLS 1.2", second),
            _ when IsMarked(second) => new Outcome.NotTested("one of two answers carried the mark: there may be several servers behind the address"),
            { Version: var spoken } => ChannelOutcome.Failed(
                "the mark of RFC 8446 at the end of the random",
                $"the server speaks TLS 1.3, answered in {SpokenVersions.Name(spoken)}, and its random carries no mark",
                first.ToEvidence("first hello"),
                second.ToEvidence("second hello")),
        };
        return new() { Probes = [new(outcome)] };
    }

    private static bool IsMarked(HelloExchange exchange) =>
        exchange.Flight is { } flight && flight.DowngradeSentinel == (flight.Version == TlsVersion.Tls12 ? TlsVersion.Tls12 : TlsVersion.Tls11);
}
