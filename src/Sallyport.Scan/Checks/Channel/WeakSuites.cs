using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Tls;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>TLS-003: cipher suites that protect less than they should.</summary>
internal sealed class WeakSuites : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-003",
        Title = "The server accepts a weak cipher suite",
        Category = Category.Encryption,
        Severity = Severity.Critical,
        Variants =
        [
            new("null", "A suite without encryption is accepted", Severity.Critical),
            new("anon", "A suite without authentication of the server is accepted", Severity.Critical),
            new("export", "A suite weakened for export is accepted", Severity.Critical),
            new("rc4", "RC4 is accepted", Severity.High),
            new("des", "Single DES or RC2 is accepted", Severity.High),
            new("3des", "A cipher with 64-bit blocks (3DES, IDEA) is accepted", Severity.Medium),
            new("static-rsa", "A key exchange without forward secrecy is accepted", Severity.Medium),
            new("cbc-sha1", "CBC with HMAC-SHA-1 is accepted in TLS 1.2", Severity.Low),
            new("ccm8", "CCM with a tag of 8 bytes is accepted", Severity.Low),
        ],
        Standards = new() { Cwe = [327, 326], OwaspApi = ["API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.2"] },
        Needs = [Need.Tls],
        Why = "The suite decides how a session is keyed, encrypted and authenticated, and the server picks it from what the client offers. A suite that nobody should "
            + "use does harm as soon as one client still offers it, or an attacker can make a client prefer it.",
        Impact = "From recorded traffic that opens once the server's key is stolen (static RSA) to traffic that anyone on the path reads or answers at once (NULL, anonymous, export).",
        How = "Every registered suite is offered, at most 64 in a hello, version by version; what the server chooses is left out of the next hello until it refuses. "
            + "No key is derived. The order of preference comes from the same hellos and from one with the list reversed.",
        Sources = ["RFC 9325, section 4.1", "RFC 7465 (RC4)", "CVE-2016-2183 (Sweet32)", "CVE-2015-0204 (FREAK)", "CVE-2013-0169 (Lucky Thirteen)"],
        Remedies = HardenChannel.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        SpokenVersions versions = await context.Channel.VersionsAsync(cancellationToken).ConfigureAwait(false);
        if (versions.Spoken.IsEmpty)
        {
            return CheckResult.NotTested(versions.Doubt ?? "the server answered no hello in any version");
        }

        return new()
        {
            Probes = [.. Info.Variants.Select(variant => new ProbeResult(Judge(versions, variant)) { Variant = variant.Slug })],
            Facts = [.. versions.Spoken.Where(static one => !one.Suites.IsEmpty).Select(Listed)],
        };
    }

    /// <summary>What is weak about a suite in a version. What is broken outright is not listed again for lesser faults.</summary>
    /// <param name="suite">The suite.</param>
    /// <param name="version">The version it was chosen in.</param>
    internal static ImmutableArray<string> WeaknessesOf(CipherSuite suite, TlsVersion version)
    {
        List<string> broken = [];
        Add(broken, "null", suite.IsNull);
        Add(broken, "anon", suite.IsAnonymous);
        Add(broken, "export", suite.IsExport);
        if (broken.Count > 0)
        {
            return [.. broken];
        }

        List<string> weak = [];
        Add(weak, "rc4", suite.IsRc4);
        Add(weak, "des", suite.IsDes || suite.IsRc2);
        Add(weak, "3des", suite.IsTripleDes || suite.IsIdea);
        Add(weak, "static-rsa", suite.IsStaticRsa || suite.KeyExchange is "DH" or "ECDH");
        Add(weak, "cbc-sha1", version == TlsVersion.Tls12 && suite is { IsCbc: true, Mac: "SHA", IsTripleDes: false, IsDes: false, IsIdea: false });
        Add(weak, "ccm8", suite.IsCcm8);
        return [.. weak];
    }

    private static void Add(List<string> to, string slug, bool applies)
    {
        if (applies)
        {
            to.Add(slug);
        }
    }

    private Fact Listed(VersionInventory version)
    {
        string order = version.Preference switch
        {
            SuitePreference.Server => "the server's order",
            SuitePreference.Client => "the client's order decides",
            SuitePreference.Mixed => "mixed order",
            _ => "order unknown",
        };
        return new(Info.Id, $"Cipher suites of {SpokenVersions.Name(version.Version)}", $"{version.Suites.Length} ({order}{(version.IsComplete ? "" : ", not all asked for")}): {ChannelOutcome.List(version.Suites)}");
    }

    private static Outcome Judge(SpokenVersions versions, CheckVariant variant)
    {
        ImmutableArray<(TlsVersion Version, CipherSuite Suite)> found =
        [
            .. versions.Spoken.SelectMany(one => one.Suites.Select(suite => (one.Version, Suite: suite))).Where(pair => WeaknessesOf(pair.Suite, pair.Version).Contains(variant.Slug)),
        ];
        if (found.IsEmpty)
        {
            return versions.Doubt is { } doubt ? new Outcome.NotTested($"not every suite could be asked for ({doubt})") : new Outcome.Passed();
        }

        string list = string.Join("; ", found.GroupBy(static pair => pair.Version).Select(static group => $"{SpokenVersions.Name(group.Key)}: {string.Join(", ", group.Select(static pair => pair.Suite.Name))}"));
        return ChannelOutcome.Failed(
            "such suites are refused",
            $"the server chose {list}",
            ChannelOutcome.Listed("suites the server chose", "ClientHellos with every registered suite, each chosen one left out of the next", list.Replace("; ", Environment.NewLine, StringComparison.Ordinal)));
    }
}
