using System;
using System.Linq;
using System.Net;
using System.Threading.Tasks;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Channel;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Tests.Checks.Channel;

/// <summary>The checks that judge the server's first answer, against a server with one fault each that no maker ships any more.</summary>
public sealed class FirstAnswerTests(CheckLab lab)
{
    [Fact]
    public async Task A_server_without_fault_passes()
    {
        foreach (Check check in (Check[])[new Compression(), new Heartbeat(), new BoundSessions(), new InsecureRenegotiation(), new DowngradeMark(), new FallbackSignal(), new Intolerance()])
        {
            CheckResult result = await RunAsync(check, new HelloServer.Manners());
            result.Probes.ShouldAllBe(static probe => probe.Outcome is Outcome.Passed || probe.Outcome is Outcome.NotApplicable, check.Info.Id + ": " + string.Join("; ", result.Probes));
            result.Probes.ShouldContain(static probe => probe.Outcome is Outcome.Passed, check.Info.Id);
        }
    }

    [Fact]
    public async Task Chosen_compression_is_found() => await FailsAsync(new Compression(), new() { Compression = 1 });

    [Fact]
    public async Task Offered_heartbeats_are_found() => await FailsAsync(new Heartbeat(), new() { Heartbeat = true });

    [Fact]
    public async Task A_missing_extended_master_secret_is_found() => await FailsAsync(new BoundSessions(), new() { MasterSecret = false });

    [Fact]
    public async Task Faults_of_an_older_version_are_found_behind_a_sound_newer_one()
    {
        HelloServer.Manners old = new() { Suite = 0x002F, EncryptThenMac = true };
        (await FailsAsync(new Compression(), new() { InTls11 = old with { Compression = 1 } })).Observed.ShouldContain("in TLS 1.1");
        (await FailsAsync(new Heartbeat(), new() { InTls11 = old with { Heartbeat = true } })).Observed.ShouldContain("in TLS 1.1");
        (await FailsAsync(new BoundSessions(), new() { InTls11 = old with { MasterSecret = false } })).Observed.ShouldContain("in TLS 1.1");
        (await FailsAsync(new BoundSessions(), new() { InTls11 = old with { EncryptThenMac = false } })).Observed.ShouldContain("without encrypt_then_mac in TLS 1.1");
        (await FailsAsync(new DiffieHellman(), new() { InTls11 = old with { Suite = 0x0033 } })).Observed.ShouldContain("1279 bits");
    }

    [Fact]
    public async Task A_fault_of_two_versions_is_one_finding_that_names_both() =>
        (await FailsAsync(new Compression(), new() { Compression = 1, InTls11 = new() { Suite = 0x002F, Compression = 1 } })).Observed.ShouldContain("in TLS 1.2; the server chose compression method 1 in TLS 1.1");

    [Fact]
    public async Task A_sound_older_version_passes_too()
    {
        foreach (Check check in (Check[])[new Compression(), new Heartbeat(), new BoundSessions()])
        {
            CheckResult result = await RunAsync(check, new HelloServer.Manners { InTls11 = new() { Suite = 0x002F, EncryptThenMac = true } });
            result.Probes.ShouldAllBe(static probe => probe.Outcome is Outcome.Passed, check.Info.Id + ": " + string.Join("; ", result.Probes));
        }
    }

    [Fact]
    public async Task Missing_secure_renegotiation_is_medium_without_proof() =>
        (await FailsAsync(new InsecureRenegotiation(), new() { SecureRenegotiation = false })).Severity.ShouldBe(Severity.Medium);

    [Fact]
    public async Task A_missing_mark_is_found() => await FailsAsync(new DowngradeMark(), new() { Mark = false });

    [Fact]
    public async Task An_ignored_fallback_signal_is_found() => await FailsAsync(new FallbackSignal(), new() { HonoursFallback = false });

    [Fact]
    public async Task Fear_of_reserved_numbers_is_found() => await FailsAsync(new Intolerance(), new() { ToleratesGrease = false });

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public async Task A_server_that_breaks_off_now_and_then_fears_nothing(int accidents)
    {
        CheckResult result = await RunAsync(new Intolerance(), new HelloServer.Manners { BreaksOffGrease = accidents });
        result.Probes.Single(static probe => probe.Variant == "grease").Outcome.ShouldBeOfType<Outcome.NotTested>();
    }

    [Fact]
    public async Task A_server_that_always_breaks_off_does() => await FailsAsync(new Intolerance(), new() { BreaksOffGrease = int.MaxValue });

    [Fact]
    public async Task A_server_that_is_not_there_is_undecided_for_every_check()
    {
        int port = Lab.Processes.FreePorts.Take(1).Single();
        foreach (Check check in ChannelBench.Safe.Where(static check => check is not DefaultSite and not Tickets))
        {
            CheckResult result = await RunAsync(check, port);
            result.Probes.ShouldAllBe(static probe => probe.Outcome is Outcome.NotTested, check.Info.Id + ": " + string.Join("; ", result.Probes));
        }
    }

    private async Task<Flaw> FailsAsync(Check check, HelloServer.Manners manners)
    {
        CheckResult result = await RunAsync(check, manners);
        Flaw flaw = result.Probes.Select(static probe => probe.Outcome).OfType<Outcome.Failed>().ShouldHaveSingleItem(string.Join("; ", result.Probes)).Flaw;
        flaw.Evidence.ShouldNotBeEmpty();
        return flaw;
    }

    private async Task<CheckResult> RunAsync(Check check, HelloServer.Manners manners)
    {
        await using HelloServer server = HelloServer.Start(manners);
        return await RunAsync(check, server.Endpoint.Port);
    }

    private Task<CheckResult> RunAsync(Check check, int port) => RunAsync(lab, check, port, tls12: true);

    /// <summary>Runs a check without a survey: these servers complete no handshake.</summary>
    internal static async Task<CheckResult> RunAsync(CheckLab lab, Check check, int port, bool tls12)
    {
        ScanRequest request = lab.Request(new Lab.Servers.LabEndpoint("fake", port)) with { Mode = ScanMode.Intrusive, Limits = new() { ProbeTimeout = TimeSpan.FromSeconds(2) } };
        using ScanTransport transport = new(request, TimeProvider.System);
        using ChannelProfile channel = new(transport, Route.To(request.Target), 200, TimeSpan.FromSeconds(2), TimeProvider.System);
        CheckContext context = new()
        {
            Request = request,
            Survey = new() { Address = new IPEndPoint(IPAddress.Loopback, port), Tls12 = tls12, Tls13 = true },
            Transport = transport,
            Oracle = new ControlOracle(transport, static () => "unused"),
            Time = TimeProvider.System,
            Channel = channel,
            Stranger = new() { Chain = [] },
        };
        return await check.RunAsync(context, TestContext.Current.CancellationToken);
    }
}
