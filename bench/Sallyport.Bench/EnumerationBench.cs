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
using Sallyport.Tls;
using Sallyport.Tls.Hello;

namespace Sallyport.Bench;

/// <summary>Versions and suites of one nginx: Sallyport, sslscan, nmap and testssl.sh in turn, through the same relay.</summary>
internal static class EnumerationBench
{
    private const int WarmUps = 60;

    /// <summary>As many as a whole scan has under way by default.</summary>
    private const int AtOnce = 16;

    /// <summary>Suites that the server has: 15 in TLS 1.2; those of TLS 1.3 cost it no more than a refusal, for no key is made.</summary>
    private const int AcceptedHellos = 15;
    private const int RefusedHellos = 19;

    public static async Task<string> RunAsync(int rounds, bool slowPeers)
    {
        using var pki = new LabPki(TimeProvider.System);
        await using NginxServer nginx = await NginxServer.StartAsync(pki.Material, CancellationToken.None);
        await using RelayProcess relay = await RelayProcess.StartAsync(nginx.Required.Port);
        string port = relay.Port.ToString(CultureInfo.InvariantCulture);
        List<(string Name, Func<Task<TimeSpan>> Run)> tools =
        [
            ("Sallyport (in process)", () => OursAsync(relay.Port)),
            ("that many hellos all at once: the server's own time", () => FloorAsync(relay.Port)),
            ("sslscan", () => ProcessAsync("sslscan", "--no-colour", "--no-heartbleed", "--no-renegotiation", "--no-groups", "--no-compression", "--no-fallback", "--no-check-certificate", $"127.0.0.1:{port}")),
            ("nmap, ssl-enum-ciphers alone (SSL 3.0 to TLS 1.3)", () => NmapAsync("ssl-enum-ciphers")),
            ("nmap, ssl-enum-ciphers and sslv2 (SSL 2.0 to TLS 1.3, as Sallyport)", () => NmapAsync("ssl-enum-ciphers,sslv2")),
            ("nmap, ssl-enum-ciphers and all its safe ssl-*, sslv2 and tls-* scripts", () => NmapAsync("ssl-enum-ciphers or (safe and (ssl-* or sslv2* or tls-*))")),
        ];
        if (slowPeers)
        {
            tools.Add(("testssl.sh -p -E", () => ProcessAsync("testssl", "--color", "0", "--warnings", "off", "-p", "-E", $"127.0.0.1:{port}")));
        }

        Task<TimeSpan> NmapAsync(string scripts) => ProcessAsync("nmap", "-n", "-Pn", "-p", port, "--script", scripts, "127.0.0.1");

        Dictionary<string, (Figures Span, Figures Wall, Figures Connections)> figures = tools.ToDictionary(t => t.Name, _ => (new Figures(), new Figures(), new Figures()));

        // In process there is a just-in-time compiler: what is measured is the scan, so the code is warm.
        for (int i = 0; i < WarmUps; i++)
        {
            await OursAsync(relay.Port);
            await FloorAsync(relay.Port);
        }

        for (int round = 0; round < rounds; round++)
        {
            foreach ((string name, Func<Task<TimeSpan>> run) in tools)
            {
                await relay.ResetAsync();
                TimeSpan wall = await run();
                (int connections, TimeSpan span) = await relay.SeenAsync();
                figures[name].Span.Add(span.TotalMilliseconds);
                figures[name].Wall.Add(wall.TotalMilliseconds);
                figures[name].Connections.Add(connections);
                Console.Error.WriteLine($"round {round + 1}: {name}: {span.TotalMilliseconds:F0} ms, {connections} connections");
            }
        }

        double own = figures[tools[0].Name].Span.Median;
        var text = new StringBuilder("The server's certificate has a P-256 key; every tool talks through the same relay, which is a process of its own.\n\n| tool | first to last connection, ms: median (min to max) | ratio to Sallyport | whole run, ms | connections |\n|---|---|---|---|---|\n");
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
            new SuiteScannerOptions { ServerName = "localhost", Degree = AtOnce });
        await scanner.ScanAsync(CancellationToken.None);
        return TimeProvider.System.GetElapsedTime(start);
    }

    /// <summary>As many hellos as Sallyport sends, as many of them accepted, all at once: what the server itself takes. Whoever asks what these ask cannot be faster.</summary>
    private static async Task<TimeSpan> FloorAsync(int port)
    {
        long start = TimeProvider.System.GetTimestamp();
        HelloRequest accepted = HelloRequest.ForTls12("localhost"), refused = HelloRequest.Legacy(TlsVersion.Tls11, accepted.CipherSuites, "localhost");
        await Task.WhenAll(Enumerable.Range(0, AcceptedHellos + RefusedHellos).Select(async i =>
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, port);
            await using var stream = new NetworkStream(socket, ownsSocket: false);
            await HelloProbe.SendAsync(stream, i < AcceptedHellos ? accepted : refused, new HelloLimits { ReadWholeFlight = false }, CancellationToken.None);
        }));
        return TimeProvider.System.GetElapsedTime(start);
    }

    private static async Task<TimeSpan> ProcessAsync(string program, params string[] arguments) => (await ToolRun.StartAsync(program, arguments)).Wall;
}
