using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Channel;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Channel;

public sealed class UsualServersTests(CheckLab lab)
{
    [Fact]
    public async Task Kestrel_as_it_comes_has_no_weakness_of_the_channel()
    {
        ScanReport report = await ChannelBench.RunAsync(lab.Request((await lab.KestrelAsync()).Require));
        ChannelBench.Found(report).ShouldBe([], Describe(report));
        foreach (string id in (string[])["TLS-001", "TLS-002", "TLS-003", "TLS-006", "TLS-007", "TLS-008", "TLS-009", "TLS-010", "TLS-012", "TLS-013", "TLS-014", "TLS-015", "TLS-016", "TLS-017", "TLS-018"])
        {
            ChannelBench.Outcome(report, id).ShouldBe("passed", Describe(report));
        }

        report.Connections.ShouldBeLessThanOrEqualTo(100, Describe(report));
    }

    [Fact]
    public async Task Nginx_as_debian_ships_it_takes_sha1_and_short_tags_in_tls_12()
    {
        ScanReport report = await ChannelBench.RunAsync(lab.Request((await lab.NginxAsync()).Required));
        ChannelBench.Found(report).ShouldBe(["TLS-003/cbc-sha1", "TLS-003/ccm8"], Describe(report));
        report.Findings.ShouldAllBe(static finding => finding.Severity == Severity.Low);
        report.Facts.ShouldContain(static fact => fact.Id == "TLS-001" && fact.Value == "TLS 1.2, TLS 1.3");
        report.Connections.ShouldBeLessThanOrEqualTo(100, Describe(report));
    }

    [Fact]
    public async Task Haproxy_as_debian_ships_it_takes_sha1_and_unknown_protocols()
    {
        ScanReport report = await ChannelBench.RunAsync(lab.Request((await lab.HaproxyAsync()).Required));
        ChannelBench.Found(report).ShouldBe(["TLS-003/cbc-sha1", "TLS-017"], Describe(report));
    }

    [Fact]
    public async Task Nginx_with_everything_on_is_found_out_and_weak_only_in_what_is_weak()
    {
        ScanReport report = await ChannelBench.RunAsync(lab.Request((await lab.NginxAsync()).Legacy));
        ChannelBench.Found(report).ShouldBe(
            ["TLS-001/tls10", "TLS-001/tls11", "TLS-002/tls13", "TLS-003/anon", "TLS-003/cbc-sha1", "TLS-003/ccm8", "TLS-003/null", "TLS-006/sha1"], Describe(report));
        report.Findings.Single(static finding => finding.Variant == "null").Severity.ShouldBe(Severity.Critical);
        report.Findings.Single(static finding => finding.Variant == "tls10").Severity.ShouldBe(Severity.Medium);
        ChannelBench.Outcome(report, "TLS-013").ShouldBe("notApplicable", Describe(report));
    }

    [Fact]
    public async Task Renegotiation_by_the_client_is_refused_by_usual_servers()
    {
        foreach (LabEndpoint site in (LabEndpoint[])[(await lab.KestrelAsync()).Require, (await lab.NginxAsync()).Required, (await lab.HaproxyAsync()).Required])
        {
            ScanReport report = await ChannelBench.RunAsync(lab.Request(site) with { Mode = ScanMode.Intrusive }, new ClientRenegotiation());
            report.Checks.Single().Outcome.ShouldBe("passed", $"{site}: {Describe(report)}");
        }
    }

    [Theory]
    [InlineData(HostileBehaviour.Silence)]
    [InlineData(HostileBehaviour.CloseAtOnce)]
    [InlineData(HostileBehaviour.Reset)]
    [InlineData(HostileBehaviour.Garbage)]
    [InlineData(HostileBehaviour.PlainHttp)]
    [InlineData(HostileBehaviour.HalfRecord)]
    public async Task A_server_that_speaks_no_tls_passes_nothing_and_fails_nothing(HostileBehaviour behaviour)
    {
        await using HostileServer server = HostileServer.Start(behaviour);
        ScanRequest request = lab.Request(server.Endpoint) with { Limits = new() { ProbeTimeout = TimeSpan.FromMilliseconds(200) } };
        ScanReport report = await ChannelBench.RunAsync(request);
        report.Findings.ShouldBeEmpty();
        report.Checks.ShouldAllBe(static check => check.Outcome == "notTested");
    }

    private static string Describe(ScanReport report) => string.Join(
        Environment.NewLine,
        [
            $"{report.Connections} connections",
            .. report.Checks.Select(static check => $"{check.Id} {check.Outcome} {check.Reason}"),
            .. report.Findings.Select(static finding => $"{finding.Id}/{finding.Variant} {finding.Observed}"),
            .. report.Facts.Select(static fact => $"{fact.Id} {fact.Title}: {fact.Value}"),
        ]);
}
