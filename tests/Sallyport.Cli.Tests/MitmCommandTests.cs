using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Sallyport.Cli.Mitm;

namespace Sallyport.Cli.Tests;

public sealed class MitmCommandTests
{
    private static readonly TimeSpan Ceiling = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Names_its_ports_tells_each_client_and_ends_with_a_json_summary()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var told = new LineWriter();
        Task<Run> running = Run.OfAsync(surroundings => surroundings with { Error = told }, ["mitm", "--format", "json"], cancel.Token);
        var ports = new Dictionary<string, int>();
        string trust = (await told.NextAsync()).Split(' ')[^1];
        File.Exists(trust).ShouldBeTrue();
        await told.NextAsync();
        while (ports.Count < 10)
        {
            string[] words = (await told.NextAsync()).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            ports[words[1]] = new Uri(words[0]).Port;
        }

        ports.Keys.ShouldBe(["good", "wrong-name", "expired", "self-signed", "rogue-ca", "revoked", "weak-key", "missing-intermediate", "tls-1.0", "no-client-certificate"]);
        using X509Certificate2 authority = X509CertificateLoader.LoadCertificateFromFile(trust);
        foreach ((string name, bool verifies, string expected) in ((string, bool, string)[])
        [
            ("good", true, "went on"), ("wrong-name", true, "refused"), ("expired", true, "refused"), ("self-signed", true, "refused"),
            ("rogue-ca", true, "refused"), ("missing-intermediate", true, "refused"), ("self-signed", false, "went on"),
        ])
        {
            await ConnectAsync(ports[name], verifies ? authority : null);
            (await told.NextAsync()).ShouldStartWith($"{name.PadRight(22)} {expected}");
        }

        await cancel.CancelAsync();
        Run run = await running.WaitAsync(Ceiling, TestContext.Current.CancellationToken);
        run.Code.ShouldBe(130);
        JsonElement[] servers = [.. JsonDocument.Parse(run.Output).RootElement.GetProperty("servers").EnumerateArray()];
        servers.Single(server => server.GetProperty("name").GetString() == "good").GetProperty("verdict").GetString().ShouldBe("as it should be");
        servers.Single(server => server.GetProperty("name").GetString() == "self-signed").GetProperty("verdict").GetString().ShouldBe("some went on, some refused");
        servers.Single(server => server.GetProperty("name").GetString() == "revoked").GetProperty("verdict").GetString().ShouldBe("not tried");

        // The keys that clients showed were for this run only.
        File.Exists(trust).ShouldBeFalse();
    }

    [Fact]
    public async Task Clients_that_are_none_are_undecided_and_stop_nothing()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using MitmServers servers = MitmServers.Open(new(IPAddress.Loopback, 0), TimeProvider.System);
        Channel<MitmSighting> seen = Channel.CreateUnbounded<MitmSighting>();
        Task running = servers.RunAsync(sighting => seen.Writer.TryWrite(sighting), cancel.Token);
        foreach (byte[] bytes in (byte[][])["GET / HTTP/1.1\r\n\r\n"u8.ToArray(), [0x16, 0x03, 0x01, 0xFF, 0xFF, .. new byte[70_000]], [0, 0, 0, 0, 0, 0, 0, 0]])
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, servers.Table[0].Number, TestContext.Current.CancellationToken);
            try
            {
                await client.GetStream().WriteAsync(bytes, TestContext.Current.CancellationToken);
                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (IOException)
            {
                // It hung up in the middle of the noise, which is as good.
            }

            (await seen.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Ceiling, TestContext.Current.CancellationToken)).Verdict.ShouldNotBeOfType<MitmVerdict.WentOn>();
        }

        await cancel.CancelAsync();
        await running.WaitAsync(Ceiling, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Listens_on_loopback_unless_told_otherwise_and_on_ports_in_a_row_when_told()
    {
        using MitmServers servers = MitmServers.Open(new(IPAddress.Loopback, 0), TimeProvider.System);
        servers.Table.Select(one => one.Number).Distinct().Count().ShouldBe(servers.Table.Length);
        Should.Throw<SocketException>(() => MitmServers.Open(new(IPAddress.Loopback, servers.Table[0].Number), TimeProvider.System));
    }

    private static async Task ConnectAsync(int port, X509Certificate2? authority)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(client.GetStream());
        var options = new SslClientAuthenticationOptions { TargetHost = "localhost" };
        if (authority is not null)
        {
            options.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.Add(authority);
        }
        else
        {
            // The careless client of this test: no error is one to it.
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        }

        try
        {
            await tls.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken);
            await tls.WriteAsync("GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: test\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            (await tls.ReadAsync(new byte[1_000], TestContext.Current.CancellationToken)).ShouldBeGreaterThan(0);
        }
        catch (AuthenticationException)
        {
            authority.ShouldNotBeNull();
        }
    }

    /// <summary>Hands on each line as it is written.</summary>
    private sealed class LineWriter : TextWriter
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
        private readonly StringBuilder _line = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            if (value != '\n')
            {
                _line.Append(value);
                return;
            }

            _lines.Writer.TryWrite(_line.ToString().TrimEnd('\r'));
            _line.Clear();
        }

        public Task<string> NextAsync() => _lines.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Ceiling, TestContext.Current.CancellationToken);
    }
}
