using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Tls;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>TLS-002: TLS 1.3, and TLS 1.2 where that is missing.</summary>
internal sealed class CurrentVersions : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-002",
        Title = "The server lacks a current protocol version",
        Category = Category.Encryption,
        Severity = Severity.Low,
        Variants =
        [
            new("tls13", "TLS 1.3 is not offered", Severity.Low),
            new("tls12", "Neither TLS 1.2 nor TLS 1.3 is offered", Severity.Low),
        ],
        Standards = new() { Cwe = [326], OwaspApi = ["API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.1"] },
        Needs = [Need.Tls],
        Why = "TLS 1.3 removed what attacks on TLS lived on (static RSA, CBC, renegotiation, compression) and encrypts most of the handshake, client certificates included: "
            + "in TLS 1.2 a client's certificate crosses the wire in clear.",
        Impact = "Observers read who the clients are; clients that demand current versions cannot connect.",
        How = "Hellos of both versions are sent, silence is asked again. TLS 1.3 alone is a fact, not a weakness.",
        Sources = ["RFC 9325, section 3.1.1", "NIST SP 800-52 Rev. 2, section 3.1"],
        Remedies = HardenChannel.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        SpokenVersions versions = await context.Channel.VersionsAsync(cancellationToken).ConfigureAwait(false);
        VersionInventory newest = versions.Of(TlsVersion.Tls13);
        VersionInventory next = versions.Of(TlsVersion.Tls12);
        Outcome tls12 = (newest.Support, next.Support) switch
        {
            (VersionSupport.Accepted, _) or (_, VersionSupport.Accepted) => new Outcome.Passed(),
            (VersionSupport.Refused, VersionSupport.Refused) => Missing(versions, "TLS 1.2 or TLS 1.3"),
            _ => new Outcome.NotTested($"TLS 1.2: {next.Reason ?? newest.Reason ?? "no clear answer"}"),
        };
        CheckResult result = new()
        {
            Probes = [new(Newest(versions, newest)) { Variant = "tls13" }, new(tls12) { Variant = "tls12" }],
        };
        return newest.Support == VersionSupport.Accepted && next.Support == VersionSupport.Refused
            ? result.With(new Fact(Info.Id, "TLS 1.2", "not offered; TLS 1.3 is"))
            : result;
    }

    private static Outcome Newest(SpokenVersions versions, VersionInventory newest) => newest.Support switch
    {
        VersionSupport.Accepted => new Outcome.Passed(),
        VersionSupport.Refused when versions.Newest is not null => Missing(versions, "TLS 1.3"),
        _ => new Outcome.NotTested($"TLS 1.3: {newest.Reason ?? "no version could be completed"}"),
    };

    private static Outcome Missing(SpokenVersions versions, string missing) => versions.Newest is not { } newest
        ? new Outcome.NotTested("the server answered no hello in any version")
        : ChannelOutcome.Failed(
            $"{missing} is offered",
            $"hellos of {missing} were refused; the newest version is {SpokenVersions.Name(newest)}",
            ChannelOutcome.Listed("newest version", $"hellos of {missing}", "refused"));
}
