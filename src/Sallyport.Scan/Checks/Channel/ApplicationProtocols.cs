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

/// <summary>TLS-017: application protocols, and what becomes of a client that offers only others.</summary>
internal sealed class ApplicationProtocols : Check
{
    private const string Unknown = "sallyport-unknown";

    private static readonly ImmutableArray<string> s_known = ["h2", "http/1.1", "http/1.0", "http/0.9"];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-017",
        Title = "The server goes on although the client wants to speak another protocol",
        Category = Category.Encryption,
        Severity = Severity.Low,
        Standards = new() { Cwe = [346], OwaspApi = ["API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.1"] },
        Needs = [Need.Tls],
        Why = "ALPN ties a session to a protocol. A server that takes sessions meant for another protocol lets an attacker on the path lead a client's FTP, mail or HTTP "
            + "session to it, certificate and all, wherever both share a certificate (ALPACA).",
        Impact = "Cross-protocol attacks on clients of other services with the same certificate.",
        How = "Hellos offer one protocol each, and one that nobody speaks. A server that agrees on protocols but completes its hello without one is the finding; alert "
            + "no_application_protocol passes. Which protocols are taken is a fact. Up to TLS 1.2 the choice is read in clear, for TLS 1.3 alone from full handshakes; what earlier handshakes of the scan agreed on is not asked again.",
        Sources = ["RFC 7301, section 3.2", "RFC 9325, section 3.7", "Brinkmann et al., USENIX Security 2021 (ALPACA)"],
        Remedies = HardenChannel.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        SpokenVersions versions = await context.Channel.VersionsAsync(cancellationToken).ConfigureAwait(false);
        if (versions.Newest is not { } newest || newest < TlsVersion.Tls10)
        {
            return CheckResult.NotTested(versions.Doubt ?? "the server answered no hello from TLS 1.0 on");
        }

        bool inClear = versions.NewestClassic is > TlsVersion.Ssl3;
        TlsVersion version = inClear && versions.NewestClassic is { } classic ? classic : newest;
        HelloRequest usual = context.Channel.Hello(version, versions.Of(version).Suites);
        ImmutableArray<string>.Builder taken = ImmutableArray.CreateBuilder<string>();
        foreach (string protocol in s_known)
        {
            if (IsSeen(context.Survey, protocol))
            {
                taken.Add(protocol);
                continue;
            }

            string? chosen = inClear
                ? (await context.Channel.AskAsync(usual with { Alpn = [protocol] }, cancellationToken).ConfigureAwait(false)).Flight?.Alpn
                : await EncryptedAsync(context, protocol, cancellationToken).ConfigureAwait(false);
            if (chosen == protocol)
            {
                taken.Add(protocol);
            }
        }

        ImmutableArray<string> spoken = taken.ToImmutable();
        HelloExchange other = await context.Channel.AskAsync(usual with { Alpn = [Unknown] }, cancellationToken).ConfigureAwait(false);
        Outcome outcome = await JudgeAsync(context, usual, spoken, other, cancellationToken).ConfigureAwait(false);
        return new() { Probes = [new(outcome)], Facts = [new(Info.Id, "Application protocols (ALPN)", ChannelOutcome.List(spoken))] };
    }

    // The survey's own handshakes offered nothing else.
    private static bool IsSeen(Target.Survey survey, string protocol) => protocol == "h2" ? survey.Http2 : survey.Handshakes.Any(handshake => handshake.Nobody.Session?.Alpn == protocol);

    private static async Task<Outcome> JudgeAsync(CheckContext context, HelloRequest usual, ImmutableArray<string> spoken, HelloExchange other, CancellationToken cancellationToken)
    {
        if (ChannelOutcome.IsRefusal(other))
        {
            HelloExchange control = await context.Channel.AskAsync(usual, cancellationToken).ConfigureAwait(false);
            return ChannelOutcome.IsWelcome(control) ? new Outcome.Passed() : ChannelOutcome.Undecided("the control hello without ALPN", control);
        }

        return (ChannelOutcome.IsWelcome(other), spoken.IsEmpty) switch
        {
            (false, _) => ChannelOutcome.Undecided("a hello with an unknown protocol", other),
            (true, true) => new Outcome.NotApplicable("the server agrees on no application protocol at all, so it can refuse none"),
            _ => ChannelOutcome.Failed(
                "alert no_application_protocol",
                $"the server agrees on {ChannelOutcome.List(spoken)}, and went on with a client that offered only \"{Unknown}\"",
                other.ToEvidence($"only \"{Unknown}\" offered")),
        };
    }

    private static async Task<string?> EncryptedAsync(CheckContext context, string protocol, CancellationToken cancellationToken)
    {
        Ask ask = new()
        {
            Title = $"ALPN {protocol}",
            Route = context.Route,
            Actor = context.Survey.A is { } a ? Actor.Of(a) with { Application = null } : Actor.Nobody,
            Version = TlsVersion.Tls13,
            Script = script => script with { Hello = script.Hello with { Alpn = [protocol] } },
        };
        LiveConnection live = await context.Transport.ConnectAsync(ask, cancellationToken).ConfigureAwait(false);
        await using (live.ConfigureAwait(false))
        {
            return live.Tls?.Alpn;
        }
    }
}
