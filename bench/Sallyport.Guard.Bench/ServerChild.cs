using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;

namespace Sallyport.Guard.Bench;

/// <summary>This program again, as a server on the machine's last core; we keep to the others.</summary>
internal sealed class ServerChild : IAsyncDisposable
{
    private readonly Process _process;

    private ServerChild(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>What it has cost so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<ServerChild> StartAsync(string kind, string folder)
    {
        string self = Environment.ProcessPath ?? throw new InvalidOperationException("This process has no path.");
        var start = new ProcessStartInfo(self) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ServerChild).Assembly.Location);
        }

        foreach (string word in (string[])["serve", kind, folder])
        {
            start.ArgumentList.Add(word);
        }

        Process process = Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
        string line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server did not come up.");
        if (OperatingSystem.IsLinux() && Environment.ProcessorCount > 1)
        {
            nint last = 1 << (Environment.ProcessorCount - 1);
            process.ProcessorAffinity = last;
            using var own = Process.GetCurrentProcess();
            own.ProcessorAffinity = last - 1;
        }

        return new ServerChild(process, int.Parse(line, CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
