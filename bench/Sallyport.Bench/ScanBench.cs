using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Servers;

namespace Sallyport.Bench;

/// <summary>The whole default set with two identities and the forge against one nginx, as the published program, beside testssl.sh.</summary>
internal static class ScanBench
{
    public static async Task<string> RunAsync(string sallyport, int rounds, bool slowPeers)
    {
        using var pki = new LabPki(TimeProvider.System);
        await using NginxServer nginx = await NginxServer.StartAsync(pki.Material, CancellationToken.None);
        await using RelayProcess relay = await RelayProcess.StartAsync(nginx.Required.Port);
        string folder = Directory.CreateTempSubdirectory("sallyport-bench-").FullName;
        string report = Path.Combine(folder, "report.json");
        string[] ours =
        [
            "scan", $"https://localhost:{relay.Port}", "--connect-to", $"127.0.0.1:{relay.Port}",
            "--identity", $"alice={pki.Alice.CertificateFile},{pki.Alice.KeyFile}", "--identity", $"bob={pki.Bob.CertificateFile},{pki.Bob.KeyFile}",
            "--server-ca", pki.ServerCa.CertificateFile, "--client-ca", pki.ClientCa.CertificateFile, "--client-ca-key", pki.ClientCa.KeyFile,
            "--protected", "GET /profiles/alice", "--checks", await ChecksAsync(sallyport), "--rps", "1000", "--format", "json", "--output", report, "--quiet",
        ];
        Figures span = new(), wall = new(), connections = new(), memory = new(), peerWall = new(), peerConnections = new(), ratio = new();
        for (int round = 0; round < rounds; round++)
        {
            await relay.ResetAsync();
            ToolRun run = await ToolRun.StartAsync(sallyport, ours);
            (int count, TimeSpan seen) = await relay.SeenAsync();
            span.Add(seen.TotalMilliseconds);
            wall.Add(run.Wall.TotalMilliseconds);
            connections.Add(count);
            memory.Add(run.PeakBytes / 1048576.0);
            Console.Error.WriteLine($"round {round + 1}: exit {run.ExitCode}, {run.Wall.TotalMilliseconds:F0} ms, {count} connections, {run.PeakBytes / 1048576} MB");
            if (slowPeers)
            {
                await relay.ResetAsync();
                ToolRun peer = await ToolRun.StartAsync("testssl", "--color", "0", "--warnings", "off", $"127.0.0.1:{relay.Port}");
                peerWall.Add(peer.Wall.TotalMilliseconds);
                ratio.Add(peer.Wall / run.Wall);
                peerConnections.Add((await relay.SeenAsync()).Connections);
                Console.Error.WriteLine($"round {round + 1}: testssl.sh {peer.Wall.TotalMilliseconds:F0} ms");
            }
        }

        Directory.Delete(folder, recursive: true);
        var text = new StringBuilder("| program | whole run, ms: median (min to max) | first to last connection, ms | connections | peak memory, MB | ratio of wall time in the same round |\n|---|---|---|---|---|---|\n");
        text.Append(CultureInfo.InvariantCulture, $"| sallyport scan, TLS-0xx and MTLS-0xx to 3xx | {wall.Text("F0")} | {span.Text("F0")} | {connections.Text("F0")} | {memory.Text("F0")} | 1 |\n");
        if (slowPeers)
        {
            text.Append(CultureInfo.InvariantCulture, $"| testssl.sh, default | {peerWall.Text("F0")} | | {peerConnections.Text("F0")} | | {ratio.Text("F1")} |\n");
        }

        return text.ToString();
    }

    /// <summary>The rules of the channel and of mutual TLS, as the program lists them.</summary>
    private static async Task<string> ChecksAsync(string sallyport)
    {
        ToolRun listed = await ToolRun.StartAsync(sallyport, "checks", "--format", "json");
        using JsonDocument catalogue = JsonDocument.Parse(listed.Output);
        return string.Join(',', catalogue.RootElement.EnumerateArray()
            .Select(static one => one.GetProperty("id").GetString() ?? "")
            .Where(static id => id.StartsWith("TLS-0", StringComparison.Ordinal) || id.StartsWith("MTLS-", StringComparison.Ordinal)));
    }

    /// <summary>How long the published program takes to start and list its checks.</summary>
    public static async Task<string> StartUpAsync(string sallyport, int rounds)
    {
        Figures wall = new();
        for (int round = 0; round < rounds; round++)
        {
            wall.Add((await ToolRun.StartAsync(sallyport, "checks")).Wall.TotalMilliseconds);
        }

        return string.Create(CultureInfo.InvariantCulture, $"| program | whole run, ms: median (min to max) |\n|---|---|\n| sallyport checks | {wall.Text("F0")} |\n");
    }
}
