using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Channel;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Channel;

public sealed class KnownAttacksTests(CheckLab lab)
{
    [Fact]
    public async Task Usual_servers_fail_nothing_and_leave_open_only_what_is_not_tried()
    {
        foreach (LabEndpoint site in (LabEndpoint[])[(await lab.KestrelAsync()).Require, (await lab.NginxAsync()).Required, (await lab.HaproxyAsync()).Required])
        {
            ScanReport report = await ChannelBench.RunAsync(lab.Request(site) with { Mode = ScanMode.Intrusive }, new KnownAttacks());
            report.Findings.ShouldBeEmpty(site.Site);
            report.Checks.Single().Reason.ShouldNotBeNull().ShouldContain("CBC suites are accepted");
            report.Checks.Single().Passed.ShouldBe(2, $"{site.Site}: ccs and ticketbleed");
        }
    }

    [Fact]
    public async Task Below_intrusive_mode_nothing_is_tried()
    {
        ScanReport report = await ChannelBench.RunAsync(lab.Request((await lab.KestrelAsync()).Require), new KnownAttacks());
        report.Checks.Single().Outcome.ShouldBe("notTested");
        report.Checks.Single().Needs.ShouldContain(static need => need.Contains("--mode intrusive"));
    }

    [Fact]
    public void Reactions_that_depend_on_the_shape_are_an_oracle() =>
        RsaOracle.Judge([("right", ["alert 20", "alert 20", "alert 20"]), ("wrong", ["alert 51", "alert 51", "alert 51"])]).ShouldBeOfType<Outcome.Failed>();

    [Fact]
    public void One_reaction_to_all_shapes_passes() =>
        RsaOracle.Judge([("right", ["alert 20", "alert 20"]), ("wrong", ["alert 20", "alert 20"])]).ShouldBeOfType<Outcome.Passed>();

    [Fact]
    public void Reactions_that_change_by_themselves_prove_nothing() =>
        RsaOracle.Judge([("right", ["alert 20", "closed"]), ("wrong", ["alert 20", "alert 20"])]).ShouldBeOfType<Outcome.NotTested>();

    [Fact]
    public void Silence_proves_nothing() =>
        RsaOracle.Judge([("right", [RawDialog.Silence]), ("wrong", [RawDialog.Silence])]).ShouldBeOfType<Outcome.NotTested>();

    [Fact]
    public async Task A_server_that_takes_an_early_change_fails()
    {
        (await EarlyAsync([21, 3, 3, 0, 2, 2, 20])).ShouldBeOfType<Outcome.Failed>();
        (await EarlyAsync([21, 3, 3, 0, 2, 2, 10])).ShouldBeOfType<Outcome.Passed>();
        (await EarlyAsync([])).ShouldBeOfType<Outcome.NotTested>();
    }

    private async Task<Outcome> EarlyAsync(byte[] reaction)
    {
        await using HelloServer server = HelloServer.Start(new() { Reaction = [.. reaction] });
        CheckResult result = await FirstAnswerTests.RunAsync(lab, new KnownAttacks(), server.Endpoint.Port, tls12: false);
        return result.Probes.Single(static probe => probe.Variant == "ccs").Outcome;
    }

    [Theory]
    [InlineData(0, 207, true)]
    [InlineData(1, 207, false)]
    [InlineData(2, 206, true)]
    [InlineData(3, -1, true)]
    [InlineData(4, 207, true)]
    public void Encoded_secrets_have_the_shape_they_are_named_for(int shape, int delimiter, bool start)
    {
        byte[] block = RsaOracle.Encoded(shape, 256);
        (block[0] == 0 && block[1] == 2).ShouldBe(start);
        Array.IndexOf(block, (byte)0, 1).ShouldBe(delimiter);
        ImmutableArray<byte> version = [block[208], block[209]];
        version.ShouldBe(shape == 4 ? [2, 2] : [3, 3]);
    }
}
