using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Tls.Tests.Support;

/// <summary>One <c>openssl s_server</c> on a loopback port of its own choosing.</summary>
internal sealed class OpensslPeer : IAsyncDisposable
{
    private static readonly TimeSpan _ceiling = TimeSpan.FromSeconds(30);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly SemaphoreSlim _printed = new(0);
    private Task _drain = Task.CompletedTask;

    private OpensslPeer(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    internal int Port { get; }

    internal static async Task<OpensslPeer> StartAsync(params string[] arguments) => await StartWithAsync(null, arguments);

    internal static async Task<OpensslPeer> StartWithAsync(string? configuration, params string[] arguments)
    {
        string? program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(static folder => Path.Combine(folder, "openssl")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "openssl is not installed");
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        string[] all = ["s_server", "-accept", "127.0.0.1:0", "-naccept", "1000", .. arguments];
        foreach (string argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        if (configuration is not null)
        {
            start.Environment["OPENSSL_CONF"] = configuration;
        }

        Process process = Process.Start(start).ShouldNotBeNull();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(_ceiling);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith("ACCEPT ", StringComparison.Ordinal))
            {
                var peer = new OpensslPeer(process, int.Parse(line[(line.LastIndexOf(':') + 1)..]));
                peer._drain = peer.DrainAsync();
                return peer;
            }
        }

        throw new InvalidOperationException($"openssl did not start: {await errors}");
    }

    internal async Task<Stream> ConnectAsync() => await LoopbackAsync(Port);

    /// <summary>Waits until the server printed a text.</summary>
    internal async Task PrintedAsync(string text)
    {
        using var limit = new CancellationTokenSource(_ceiling);
        while (!Has(text))
        {
            await _printed.WaitAsync(limit.Token);
        }
    }

    internal bool Has(string text)
    {
        lock (_output)
        {
            return _output.ToString().Contains(text, StringComparison.Ordinal);
        }
    }

    /// <summary>Types a command into the server, such as <c>R</c> for a renegotiation or <c>c</c> for a certificate request after the handshake.</summary>
    internal async Task TypeAsync(string text)
    {
        await _process.StandardInput.WriteLineAsync(text);
        await _process.StandardInput.FlushAsync();
    }

    internal static async Task<Stream> LoopbackAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        return new NetworkStream(socket, ownsSocket: true);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _drain;
        _printed.Dispose();
        _process.Dispose();
    }

    // The pipe must be drained, or the server stops when it is full.
    private async Task DrainAsync()
    {
        var buffer = new char[4096];
        while (await _process.StandardOutput.ReadAsync(buffer, CancellationToken.None) is > 0 and int count)
        {
            lock (_output)
            {
                _output.Append(buffer, 0, count);
            }

            _printed.Release();
        }
    }
}
