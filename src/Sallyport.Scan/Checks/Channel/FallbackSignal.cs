using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>TLS-012: the fallback signal is ignored.</summary>
internal sealed class FallbackSignal : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-012",
        Title = "The server ignores the signal of a forced fallback",
        Category = Category.Encryption,
        Severity = Severity.Low,
        Standards = new() { Cwe = [757], OwaspApi = ["API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.1"] },
        Needs = [Need.Tls],
        Why = "Clients that retry with an older version after a broken connection say so with TLS_FALLBACK_SCSV. A server that speaks a newer version and goes on "
            + "regardless lets anyone who can break connections choose the version.",
        Impact = "Clients with such a fallback are pushed down to the oldest version that both sides speak.",
        How = "A hello of the newest version below the server's newest carries the signal: alert inappropriate_fallback is right. The same hello without it must be welcome. Servers of one version have nothing to fall back to.",
        Sources = ["RFC 7507"],
        Remedies = HardenChannel.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        SpokenVersions versions = await context.Channel.VersionsAsync(cancellationToken).ConfigureAwait(false);
        VersionInventory? lower = versions.Spoken.Length > 1 ? versions.Spoken[^2] : null;
        if (versions.Newest is not { } newest || lower is not { Version: > TlsVersion.Ssl2 })
        {
            return versions.Doubt is { } doubt
                ? CheckResult.NotTested($"whether two versions are spoken is undecided ({doubt})")
                : CheckResult.NotApplicable("the server speaks a single version");
        }

        HelloRequest usual = context.Channel.Hello(lower.Version, lower.Suites);
        HelloExchange signalled = await context.Channel.AskAsync(usual with { FallbackScsv = true }, cancellationToken).ConfigureAwait(false);
        if (signalled.Answer is HelloAnswer.Alerted { Alert.Description: AlertDescription.InappropriateFallback })
        {
            return CheckResult.Passed();
        }

        HelloExchange control = await context.Channel.AskAsync(usual, cancellationToken).ConfigureAwait(false);
        if (!ChannelOutcome.IsWelcome(control))
        {
            return new() { Probes = [new(ChannelOutcome.Undecided($"the control hello of {SpokenVersions.Name(lower.Version)}", control))] };
        }

        return signalled switch
        {
            { Flight: not null } => new()
            {
                Probes =
                [
                    new(ChannelOutcome.Failed(
                        $"alert inappropriate_fallback, since {SpokenVersions.Name(newest)} is spoken",
                        $"the server went on in {SpokenVersions.Name(lower.Version)}",
                        signalled.ToEvidence("hello with TLS_FALLBACK_SCSV"))),
                ],
            },
            _ when ChannelOutcome.IsRefusal(signalled) => CheckResult.Passed(),
            _ => new() { Probes = [new(ChannelOutcome.Undecided("a hello with the fallback signal", signalled))] },
        };
    }
}
