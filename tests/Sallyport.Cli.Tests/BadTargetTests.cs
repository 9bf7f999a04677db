using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Servers;

namespace Sallyport.Cli.Tests;

public sealed class BadTargetTests
{
    [Theory]
    [InlineData(HostileBehaviour.Silence)]
    [InlineData(HostileBehaviour.CloseAtOnce)]
    [InlineData(HostileBehaviour.Reset)]
    [InlineData(HostileBehaviour.Garbage)]
    [InlineData(HostileBehaviour.Gigabyte)]
    [InlineData(HostileBehaviour.EndlessRecords)]
    [InlineData(HostileBehaviour.PlainHttp)]
    [InlineData(HostileBehaviour.SlowDrip)]
    [InlineData(HostileBehaviour.HalfRecord)]
    public async Task A_hostile_target_ends_with_one_clear_line_and_exit_3(HostileBehaviour behaviour)
    {
        await using HostileServer server = HostileServer.Start(behaviour);
        await NotScannedAsync($"https://127.0.0.1:{server.Endpoint.Port}");
        server.Connections.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_wrong_port_and_an_unknown_host_end_with_one_clear_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        (await NotScannedAsync($"https://127.0.0.1:{port}")).ShouldContain("refuses connections");
        await NotScannedAsync("https://no-such-host.invalid");
    }

    [Fact]
    public async Task Tls_on_the_http_port_ends_with_one_clear_line()
    {
        using var pki = new LabPki(TimeProvider.System);
        await using KestrelServer server = await KestrelServer.StartAsync(pki.Material, TestContext.Current.CancellationToken);
        await NotScannedAsync($"http://127.0.0.1:{server.Require.Port}");
        await NotScannedAsync($"https://127.0.0.1:{server.PlainHttp.Port}");
    }

    [Fact]
    public async Task A_host_that_takes_no_more_connections_ends_with_one_clear_line()
    {
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);

        // One connection that nobody accepts fills the queue; whoever knocks after it gets no answer at all.
        using var first = new TcpClient();
        await first.ConnectAsync((IPEndPoint)full.LocalEndPoint.ShouldNotBeNull(), TestContext.Current.CancellationToken);
        (await NotScannedAsync($"https://127.0.0.1:{((IPEndPoint)full.LocalEndPoint).Port}")).ShouldContain("no answer");
    }

    [Fact]
    public async Task A_body_without_end_inside_tls_ends_with_one_clear_line()
    {
        using var pki = new LabPki(TimeProvider.System);
        await using var server = GigabyteServer.Start(pki.Server.Certificate);
        Run run = await Run.OfAsync("scan", $"https://localhost:{server.Port}", "--timeout", "20s", "--format", "json", "--connect-to", $"127.0.0.1:{server.Port}", "--server-ca", pki.ServerCa.CertificateFile, "--identity", $"alice={pki.Alice.BundleFile}", "--protected", "GET /profiles/alice", "--checks", "MTLS-002");
        run.Code.ShouldBe(ExitCode.NotScanned, run.Error);
        run.Errors.ShouldBe(["no valid identity's request succeeded, and nothing else could be decided"]);
        run.Error.ShouldNotContain("   at ");
        run.Error.ShouldNotContain("internal error");
        JsonElement enforced = JsonDocument.Parse(run.Output).RootElement.GetProperty("checks").EnumerateArray().Single();
        enforced.GetProperty("outcome").GetString().ShouldBe("notTested");
        enforced.GetProperty("reason").GetString().ShouldNotBeNull().ShouldContain("longer than");
        server.BytesSent.ShouldBeInRange(1, 64 * 1024 * 1024);
    }

    private static async Task<string> NotScannedAsync(string url, params string[] more)
    {
        Run run = await Run.OfAsync(["scan", url, "--timeout", "8s", "--format", "json", .. more]);
        run.Code.ShouldBe(ExitCode.NotScanned, run.Error);
        string error = run.Errors.ShouldHaveSingleItem();
        error.ShouldStartWith($"could not scan {url}");
        run.Error.ShouldNotContain("   at ");
        run.Error.ShouldNotContain("Exception");
        run.Error.ShouldNotContain("internal error");

        // The report is written all the same.
        JsonDocument.Parse(run.Output).RootElement.GetProperty("schemaVersion").GetInt32().ShouldBe(1);
        return error;
    }
}
