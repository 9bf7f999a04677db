using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Tls;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>TLS-001: SSL 2.0, SSL 3.0, TLS 1.0 and TLS 1.1.</summary>
internal sealed class OldVersions : Check
{
    private static readonly (string Slug, TlsVersion Version)[] s_versions =
        [("ssl2", TlsVersion.Ssl2), ("ssl3", TlsVersion.Ssl3), ("tls10", TlsVersion.Tls10), ("tls11", TlsVersion.Tls11)];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-001",
        Title = "The server speaks a retired protocol version",
        Category = Category.Encryption,
        Severity = Severity.High,
        Variants =
        [
            new("ssl2", "SSL 2.0 is accepted", Severity.High),
            new("ssl3", "SSL 3.0 is accepted", Severity.High),
            new("tls10", "TLS 1.0 is accepted", Severity.Medium),
            new("tls11", "TLS 1.1 is accepted", Severity.Medium),
        ],
        Standards = new() { Cwe = [326, 327], OwaspApi = ["API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.1"] },
        Needs = [Need.Tls],
        Why = "Versions before TLS 1.2 rest on MD5 and SHA-1 and on CBC suites that mix up the order of MAC and encryption; SSL 2.0 and 3.0 are broken outright. "
            + "As long as a server accepts one of them, clients can be pushed down to it.",
        Impact = "A man in the middle reads or changes what a client was talked into sending over the old version; with SSL 2.0 even sessions of newer versions with the same RSA key.",
        How = "A ClientHello of each version is sent with all suites that exist for it, in groups of 64, by an own implementation: no TLS library's switches stand in between. "
            + "A ServerHello in that very version is the finding; a version without a clear refusal is undecided.",
        Sources = ["RFC 6176", "RFC 7568", "RFC 8996", "CVE-2014-3566 (POODLE)", "CVE-2016-0800 (DROWN)"],
        Remedies = HardenChannel.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        SpokenVersions versions = await context.Channel.VersionsAsync(cancellationToken).ConfigureAwait(false);
        string spoken = string.Join(", ", versions.Spoken.Select(static one => SpokenVersions.Name(one.Version)));
        return new()
        {
            Probes = [.. s_versions.Select(one => new ProbeResult(Judge(versions.Of(one.Version))) { Variant = one.Slug })],
            Facts = spoken.Length == 0 ? [] : [new Fact(Info.Id, "Protocol versions", spoken)],
        };
    }

    private static Outcome Judge(VersionInventory version)
    {
        string name = SpokenVersions.Name(version.Version);
        return version.Support switch
        {
            VersionSupport.Refused => new Outcome.Passed(),
            VersionSupport.Accepted => ChannelOutcome.Failed(
                $"no answer in {name}",
                $"the server answered a hello in {name}",
                ChannelOutcome.Listed(name, $"ClientHello of {name}", version.Version == TlsVersion.Ssl2 ? $"{version.Ssl2CipherKinds.Length} cipher kinds" : ChannelOutcome.List(version.Suites))),
            _ => new Outcome.NotTested($"{name}: {version.Reason ?? "no clear answer"}"),
        };
    }
}
