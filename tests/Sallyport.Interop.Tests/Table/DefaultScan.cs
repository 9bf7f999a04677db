using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Interop.Tests.Table;

/// <summary>The whole default scan of one site, as a user who gives all there is: two accounts, a revoked certificate, both CAs.</summary>
internal sealed class DefaultScan
{
    /// <summary>What the default set may cost with a third account and a revoked certificate, both halves of the catalogue: the default limit, which no scan of one server may reach. The certificate of the lab names two more hosts, and each is tried from the others.</summary>
    private const int MostConnections = 390;

    private DefaultScan(ScanReport report, ImmutableArray<string> broken)
    {
        Report = report;
        Broken = broken;
    }

    public ScanReport Report { get; }

    /// <summary>Checks that ended by an error of our own.</summary>
    public ImmutableArray<string> Broken { get; }

    /// <summary>Every finding as a row of the table: <c>MTLS-111 high</c>, <c>TLS-003/cbc-sha1 low</c>; a suspicion ends in <c>?</c>.</summary>
    public IEnumerable<string> Rows => Report.Findings.Select(static one =>
        $"{one.Id}{(one.Variant is { } variant ? "/" + variant : "")} {one.Severity.ToString().ToLowerInvariant()}{(one.Confidence == Confidence.Suspect ? "?" : "")}");

    /// <summary>Scans a site. A name in <paramref name="more"/> is another virtual host, whose client is given too.</summary>
    public static async Task<DefaultScan> OfAsync(LabPki pki, LabEndpoint site, params ImmutableArray<string> more)
    {
        var broken = new Breakages();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        ScanReport report = await new Scanner(TimeProvider.System).RunAsync(Request(pki, site, more), broken, limit.Token);
        return new(report, [.. broken.All]);
    }

    /// <summary>Holds the scan against its row of the table; whatever differs is shown with everything that was found.</summary>
    public void ShouldBe(ClientAuthentication asked, EnforcementPoint? enforcedAt, IEnumerable<string> findings, int connections = MostConnections)
    {
        string all = ToString();
        Report.SurveyFailure.ShouldBeNull(all);
        Broken.ShouldBeEmpty(all);
        Report.Checks.Where(static one => one.Reason?.StartsWith("internal error", StringComparison.Ordinal) == true).ShouldBeEmpty(all);
        Report.Partial.ShouldBeFalse(all);
        Report.BaselineSucceeded.ShouldBeTrue(all);
        Rows.Order(StringComparer.Ordinal).ShouldBe(findings.Order(StringComparer.Ordinal), all);
        (Report.ClientAuthentication, Report.EnforcedAt).ShouldBe((asked, enforcedAt), all);
        Report.Connections.ShouldBeLessThanOrEqualTo(connections, all);
    }

    public override string ToString() => string.Join('\n', [
        $"{Report.Target}: {Report.ClientAuthentication} {Report.EnforcedAt}, {Report.Connections} connections, {Report.Requests} requests, {Report.Duration.TotalSeconds:0.0} s, {Report.Grade} {Report.Score}",
        .. Broken,
        .. Rows.Zip(Report.Findings, static (row, one) => $"{row} [{one.Confidence}, {one.Identity}, {one.Operation}] {one.Observed} (also {string.Join(' ', one.AlsoMatches)})"),
        .. Report.Checks.Select(static one => $"{one.Id} {one.Outcome} {one.Reason}"),
    ]);

    /// <summary>The request of such a scan.</summary>
    public static ScanRequest Request(LabPki pki, LabEndpoint site, ImmutableArray<string> names)
    {
        TargetUrl target = TargetUrl.TryParse(site.Url.ToString(), out TargetUrl? parsed, out string? hint) ? parsed : throw new InvalidOperationException(hint);
        Identity dave = Identity(pki.Other, "dave");
        ImmutableArray<Identity> identities =
        [
            .. site.Name == LabApi.PublicHost ? [dave] : (ImmutableArray<Identity>)[],
            Identity(pki.Alice, "alice"),
            Identity(pki.Bob, "bob"),
            Identity(pki.Revoked, "carol") with { State = IdentityState.Revoked },
            .. site.Name == LabApi.SecretHost ? [dave] : (ImmutableArray<Identity>)[],
        ];
        LabAuthority authority = site.Name == LabApi.PublicHost ? pki.OtherClientCa : pki.ClientCa;
        return new()
        {
            Target = target,
            ConnectTo = new IPEndPoint(IPAddress.Loopback, site.Port),
            ServerRoots = [[.. pki.ServerCa.Authority.Certificate.Span]],
            ClientAuthority = new() { Certificate = [.. authority.Authority.Certificate.Span], Key = authority.Authority.Key.Algorithm },
            Identities = identities,
            Names = names,
            Protected = names.IsEmpty ? [] : ["GET /shared"],
            Operations = [.. (names.IsEmpty ? s_paths : s_pathsOfNames).Select(static path => new Operation
            {
                Method = "GET",
                PathTemplate = path,
                HasSecurity = true,
                DemandsMutualTls = true,
                Parameters = path.Contains('{', StringComparison.Ordinal) ? [new("name", "path", true, [])] : [],
            })],
            HasDescription = true,
            Limits = new() { RequestsPerSecond = 10_000, Connections = 2_000, Timeout = TimeSpan.FromSeconds(50) },
        };
    }

    private static readonly ImmutableArray<string> s_paths = ["/profiles/{name}", "/reports/{name}"];

    // Only an answer that differs from name to name shows which name gave it.
    private static readonly ImmutableArray<string> s_pathsOfNames = ["/shared"];

    private static Identity Identity(LabIdentity lab, string name) => new()
    {
        Name = name,
        Chain = [.. lab.Forged.Chain.Select(der => ImmutableArray.Create(der.Span))],
        Key = lab.Forged.Key.Algorithm,
        Values = ImmutableDictionary<string, string>.Empty.Add("name", lab.Name),
    };

    private sealed class Breakages : IProgress<ScanProgress>
    {
        public ConcurrentQueue<string> All { get; } = [];

        public void Report(ScanProgress value)
        {
            if (value is ScanProgress.Broken broken)
            {
                All.Enqueue(broken.ToString());
            }
        }
    }
}
