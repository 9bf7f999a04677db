using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Servers;
using Sallyport.Tls.Hello;

namespace Sallyport.Bench;

/// <summary>Versions and suites of one nginx: Sallyport, sslscan, nmap and testssl.sh in turn, through the same relay.</summary>
internal static class EnumerationBench
{
    public static async Task<string> RunAsync(int rounds, bool slowPeers)
    {
        using var pki = new LabPki(TimeProvider.System);
        await using NginxServer nginx = await NginxServer.StartAsync(pki.Material, CancellationToken.None);
        await using var relay = new TcpRelay(nginx.Required.Port);
        string port = relay.Port.ToString(CultureInfo.InvariantCulture);
        List<(string Name, Func<Task<TimeSpan>> Run)> tools =
        [
            ("Sallyport (in process)", () => OursAsync(relay.Port)),
            ("sslscan", () => ProcessAsync("sslscan", "--no-colour", "--no-heartbleed", "--no-renegotiation", "--no-groups", "--no-compression", "--no-fallback", "--no-check-certificate", $"127.0.0.1:{port}")),
            ("nmap ssl-enum-ciphers", () => ProcessAsync("nmap", "-n", "-Pn", "-p", port, "--script", "ssl-enum-ciphers", "127.0.0.1")),
        ];
        if (slowPeers)
        {
            tools.Add(("testssl.sh -p -E", () => ProcessAsync("testssl", "--color", "0", "--warnings", "off", "-p", "-E", $"127.0.0.1:{port}")));
        }

        Dictionary<string, (Figures Span, Figures Wall, Figures Connections)> figures = tools.ToDictionary(t => t.Name, _ => (new Figures(), new Figures(), new Figures()));
        await OursAsync(relay.Port);
        for (int round = 0; round < rounds; round++)
        {
            foreach ((string name, Func<Task<TimeSpan>> run) in tools)
            {
                await relay.QuietAsync();
                relay.Reset();
                TimeSpan wall = await run();
                await relay.QuietAsync();
                (int connections, TimeSpan span) = relay.Seen();
                figures[name].Span.Add(span.TotalMilliseconds);
                figures[name].Wall.Add(wall.TotalMilliseconds);
                figures[name].Connections.Add(connections);
                Console.Error.WriteLine($"round {round + 1}: {name}: {span.TotalMilliseconds:F0} ms, {connections} connections");
            }
        }

        double own = figures[tools[0].Name].Span.Median;
        var text = new StringBuilder("| tool | first to last connection, ms: median (min to max) | ratio to Sallyport | whole run, ms | connections |\n|---|---|---|---|---|\n");
        foreach ((string name, _) in tools)
        {
            (Figures span, Figures wall, Figures connections) = figures[name];
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {span.Text("F0")} | {span.Median / own:F1} | {wall.Text("F0")} | {connections.Text("F0")} |\n");
        }

        return text.ToString();
    }

    private static async Task<TimeSpan> OursAsync(int port)
    {
        long start = TimeProvider.System.GetTimestamp();
        using var scanner = new SuiteScanner(
            async cancellationToken =>
            {
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
            new SuiteScannerOptions { ServerName = "localhost" });
        await scanner.ScanAsync(CancellationToken.None);
        return TimeProvider.System.GetElapsedTime(start);
    }

    private static async Task<TimeSpan> ProcessAsync(string program, params string[] arguments) => (await ToolRun.StartAsync(program, arguments)).Wall;
}
