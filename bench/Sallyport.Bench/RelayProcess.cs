using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;

namespace Sallyport.Bench;

/// <summary>A <see cref="TcpRelay"/> in a process of its own, so that it takes no thread from the scanner that is measured in this one.</summary>
internal sealed class RelayProcess : IAsyncDisposable
{
    private readonly Process _process;

    private RelayProcess(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <summary>Where it listens on loopback.</summary>
    public int Port { get; }

    /// <summary>Starts one that leads to a port of this machine.</summary>
    public static async Task<RelayProcess> StartAsync(int target)
    {
        string assembly = Path.Combine(AppContext.BaseDirectory, "Sallyport.Bench.dll");
        var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [assembly, "relay", target.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardInput = true, RedirectStandardOutput = true },
        };
        process.Start();
        string port = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The relay did not start.");
        return new RelayProcess(process, int.Parse(port, CultureInfo.InvariantCulture));
    }

    /// <summary>The other side: answers the commands of <see cref="AskAsync"/> until its input ends.</summary>
    public static async Task ServeAsync(int target)
    {
        await using var relay = new TcpRelay(target);
        Console.WriteLine(relay.Port);
        while (await Console.In.ReadLineAsync() is { } command)
        {
            await relay.QuietAsync();
            if (command == "reset")
            {
                relay.Reset();
            }

            (int connections, TimeSpan span) = relay.Seen();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{connections} {span.Ticks}"));
        }
    }

    /// <summary>Waits until nothing is open any more, and forgets what it saw.</summary>
    public Task ResetAsync() => AskAsync("reset");

    /// <summary>Waits until nothing is open any more: connections, and the time from the first one's opening to the last one's end.</summary>
    public async Task<(int Connections, TimeSpan FirstToLast)> SeenAsync()
    {
        string[] words = (await AskAsync("seen")).Split(' ');
        return (int.Parse(words[0], CultureInfo.InvariantCulture), TimeSpan.FromTicks(long.Parse(words[1], CultureInfo.InvariantCulture)));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<string> AskAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        return await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The relay has ended.");
    }
}
