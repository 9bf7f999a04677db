using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>TLS-014: the server breaks on numbers that it does not know.</summary>
internal sealed class Intolerance : Check
{
    /// <summary>A version that is not assigned, well above TLS 1.3.</summary>
    private const TlsVersion Future = (TlsVersion)0x03FF;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-014",
        Title = "The server breaks on values that it should ignore",
        Category = Category.Encryption,
        Severity = Severity.Low,
        Variants =
        [
            new("grease", "Reserved numbers (GREASE) are not ignored", Severity.Low),
            new("version", "A newer version than the server knows is not negotiated down", Severity.Low),
        ],
        Standards = new() { Cwe = [757], OwaspApi = ["API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.1"] },
        Needs = [Need.Tls],
        Why = "Servers must skip suites, groups, extensions and versions that they do not know. Those that end the connection instead were the reason why clients "
            + "fell back to old versions at all, and why every new version is late.",
        Impact = "Future clients cannot connect, or fall back to something weaker.",
        How = "The same usual hello is sent plain, with reserved numbers mixed in, and with a version number from the future; only the last two may differ. Refusals are repeated.",
        Sources = ["RFC 8701", "RFC 8446, section 4.2.1 and appendix D"],
        Remedies = HardenChannel.All,
    };

    private const int Once = 1;
    private const int Often = 5;

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        SpokenVersions versions = await context.Channel.VersionsAsync(cancellationToken).ConfigureAwait(false);
        if (versions.Newest is not { } newest || newest < TlsVersion.Tls10)
        {
            return CheckResult.NotTested(versions.Doubt ?? "the server answered no hello from TLS 1.0 on");
        }

        ImmutableArray<ProbeResult>.Builder probes = ImmutableArray.CreateBuilder<ProbeResult>();
        HelloRequest usual = context.Channel.Hello(newest, versions.Of(newest).Suites);
        probes.Add(context.Keep(new(await JudgeAsync(context.Channel, usual, usual with { Grease = true }, "reserved numbers", cancellationToken).ConfigureAwait(false)) { Variant = "grease" }));
        if (versions.NewestClassic is { } classic and > TlsVersion.Ssl3)
        {
            HelloRequest old = context.Channel.Hello(classic, versions.Of(classic).Suites);
            probes.Add(new(await JudgeAsync(context.Channel, old, old with { LegacyVersion = Future }, "a version from the future", cancellationToken).ConfigureAwait(false)) { Variant = "version" });
        }
        else
        {
            probes.Add(new ProbeResult(ChannelOutcome.NoClassic(versions).Probes[0].Outcome) { Variant = "version" });
        }

        return new() { Probes = probes.ToImmutable() };
    }

    private static async Task<Outcome> JudgeAsync(ChannelProfile channel, HelloRequest usual, HelloRequest odd, string what, CancellationToken cancellationToken)
    {
        HelloExchange first = await channel.AskAsync(odd, cancellationToken).ConfigureAwait(false);
        if (ChannelOutcome.IsWelcome(first))
        {
            return new Outcome.Passed();
        }

        // An alert is an answer; anything else may be the accident of a server that breaks now and then, and must come again and again beside hellos that are welcome.
        HelloExchange control = first;
        HelloExchange again = first;
        for (int pair = 0; pair < (again.Answer is HelloAnswer.Alerted ? Once : Often); pair++)
        {
            control = await channel.AskAsync(usual, cancellationToken).ConfigureAwait(false);
            again = await channel.AskAsync(odd, cancellationToken).ConfigureAwait(false);
            if (!ChannelOutcome.IsWelcome(control))
            {
                return ChannelOutcome.Undecided("the control hello", control);
            }

            if (ChannelOutcome.IsWelcome(again) || first.Answer is null || again.Answer is null)
            {
                return ChannelOutcome.Undecided($"one of several hellos with {what}", first);
            }
        }

        return ChannelOutcome.Failed(
            $"{what} are ignored",
            $"the same hello was welcome, and never with {what}: {ChannelOutcome.Said(again)}",
            control.ToEvidence("the hello as usual"),
            again.ToEvidence($"with {what}"));
    }
}
