using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;

namespace OrdersApi.App;

/// <summary>One thing that the API can be told to do wrong, with the rules that a scanner must then report.</summary>
/// <remarks>Without any, the API is as strict as plain Kestrel lets it be. Each can be switched on alone.</remarks>
public sealed class Weakness
{
    private Weakness(string name, string summary, ImmutableArray<string> plants, params ImmutableArray<Weakness> needs)
    {
        Name = name;
        Summary = summary;
        Plants = plants;
        Needs = needs;
    }

    /// <summary>Accounts are found by the CN of the subject, read with a naive split and sent back in a header.</summary>
    public static Weakness AccountByCommonName { get; } = new(
        "account-by-common-name",
        "accounts are found by the CN of the subject, not by the certificate",
        ["MTLS-122", "MTLS-303", "MTLS-306"]);

    /// <summary>The handshake accepts any certificate; whoever calls himself alice is alice.</summary>
    public static Weakness AnyCertificate { get; } = new(
        "any-certificate",
        "a certificate is asked for and never verified",
        ["MTLS-101", "MTLS-102", "MTLS-103", "MTLS-104", "MTLS-105", "MTLS-106", "MTLS-107", "MTLS-108", "MTLS-109", "MTLS-110"],
        AccountByCommonName);

    /// <summary>The extended key usage of a client certificate is not looked at.</summary>
    public static Weakness AnyUsage { get; } = new(
        "any-usage",
        "a certificate made for a server, or for nothing, opens the API",
        ["MTLS-106", "MTLS-107", "MTLS-108"],
        AccountByCommonName);

    /// <summary>Nobody looks at a revocation list.</summary>
    public static Weakness NoRevocation { get; } = new(
        "no-revocation",
        "revoked certificates are served",
        ["MTLS-111"]);

    /// <summary>Client certificates are optional, and one route forgets to ask.</summary>
    public static Weakness RouteGap { get; } = new(
        "route-gap",
        "the handshake lets everyone through and the invoice route forgets to ask who it is",
        ["MTLS-301"]);

    /// <summary>Client certificates are optional, and nobody asks at all.</summary>
    public static Weakness EveryoneServed { get; } = new(
        "everyone-served",
        "the certificate is requested and those without one are served",
        ["MTLS-002", "MTLS-003"]);

    /// <summary>The name of the handshake and the name of the request may differ; the staff pages rely on the handshake alone.</summary>
    public static Weakness ForeignHost { get; } = new(
        "foreign-host",
        "a connection made for one name is served the pages of another",
        ["MTLS-211", "MTLS-212", "MTLS-216"]);

    /// <summary>Sessions are resumed, and an open connection is never looked at again.</summary>
    public static Weakness TrustedConnection { get; } = new(
        "trusted-connection",
        "what was true at the handshake is believed until the connection ends",
        ["MTLS-207"],
        AccountByCommonName);

    /// <summary>A chain is built with downloads: the peer's certificate says what the server fetches.</summary>
    public static Weakness CertificateDownloads { get; } = new(
        "certificate-downloads",
        "the server fetches the URLs in an unknown certificate",
        ["MTLS-307"]);

    /// <summary>A right certificate without an account counts as a customer.</summary>
    public static Weakness UnmappedServed { get; } = new(
        "unmapped-served",
        "a certificate without an account is served",
        ["MTLS-302"]);

    /// <summary>Every account reads every customer's documents.</summary>
    public static Weakness NoOwnerRule { get; } = new(
        "no-owner-rule",
        "any account reads the documents of any other",
        ["MTLS-121"]);

    /// <summary>A second port serves everything over plain HTTP to whoever reaches it.</summary>
    public static Weakness PlainHttp { get; } = new(
        "plain-http",
        "a plain HTTP port serves the whole API",
        ["MTLS-305", "TLS-022"]);

    /// <summary>No Strict-Transport-Security header.</summary>
    public static Weakness NoStrictTransport { get; } = new(
        "no-strict-transport",
        "browsers are not told to stay on TLS",
        ["TLS-021"]);

    /// <summary>CBC suites with SHA-1 are offered on TLS 1.2.</summary>
    public static Weakness OldSuites { get; } = new(
        "old-suites",
        "CBC suites with SHA-1 are accepted",
        ["TLS-003"]);

    /// <summary>Every weakness there is.</summary>
    public static ImmutableArray<Weakness> All { get; } =
    [
        AccountByCommonName, AnyCertificate, AnyUsage, NoRevocation, RouteGap, EveryoneServed, ForeignHost, TrustedConnection,
        CertificateDownloads, UnmappedServed, NoOwnerRule, PlainHttp, NoStrictTransport, OldSuites,
    ];

    /// <summary>
    /// The naked API: all but <see cref="EveryoneServed"/>, behind which no other one would show, <see cref="UnmappedServed"/>, behind
    /// which no name in a certificate would matter, and <see cref="ForeignHost"/>, which shows only where some handshake refuses somebody.
    /// </summary>
    public static ImmutableArray<Weakness> Naked { get; } = All.Remove(EveryoneServed).Remove(UnmappedServed).Remove(ForeignHost);

    /// <summary>The name of the switch, in lower case with hyphens.</summary>
    public string Name { get; }

    /// <summary>What is wrong, in words.</summary>
    public string Summary { get; }

    /// <summary>The rules that must be reported while it is on.</summary>
    public ImmutableArray<string> Plants { get; }

    /// <summary>What must be on for this one to show.</summary>
    public ImmutableArray<Weakness> Needs { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>These and everything they need.</summary>
    internal static FrozenSet<Weakness> Closure(IEnumerable<Weakness> chosen)
    {
        var all = new HashSet<Weakness>();
        var open = new Stack<Weakness>(chosen);
        while (open.TryPop(out var weakness))
        {
            if (all.Add(weakness))
            {
                foreach (var needed in weakness.Needs)
                {
                    open.Push(needed);
                }
            }
        }

        return all.ToFrozenSet();
    }
}
