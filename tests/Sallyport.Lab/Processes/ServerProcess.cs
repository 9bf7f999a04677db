using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Lab.Processes;

/// <summary>A server of another maker: started, checked, tried again, its output kept, and gone when the test is.</summary>
/// <remarks>
/// A small shell holds the server in a process group of its own and waits on a pipe from us. When we dispose, or die in any way,
/// the pipe closes and the whole group is killed. (A parent-death signal would not do: on Linux it follows the thread that
/// started the child, and pool threads end.)
/// </remarks>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int Attempts = 3;
    private const int OutputLimit = 256 * 1024;

    private const string Keeper =
        """
        set -m
        exec 3<&0
        "$@" </dev/null 3<&- &
        server=$!
        { read -r _ <&3; kill -KILL -- "-$server"; } </dev/null >/dev/null 2>&1 &
        keeper=$!
        exec 3<&-
        wait "$server"
        code=$?
        kill -KILL -- "-$keeper" 2>/dev/null
        exit "$code"
        """;

    private static readonly TimeSpan _startLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _printed = new(0);

    private readonly ScratchFolder _folder;

    private ServerProcess(Process process, ScratchFolder folder)
    {
        _process = process;
        _folder = folder;
    }

    /// <summary>What it has printed so far, the last 256 KB.</summary>
    public string Output
    {
        get
        {
            lock (_gate)
            {
                return _output.ToString();
            }
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>
    /// Starts what <paramref name="plan"/> says until it answers, three times at most; each attempt asks for a new plan. The folder
    /// is the server's from here on: it goes when the server goes, or when it does not come up.
    /// </summary>
    /// <exception cref="InvalidOperationException">It did not come up; the message holds its output.</exception>
    public static async Task<ServerProcess> StartAsync(
        ScratchFolder folder, Func<ProcessPlan> plan, CancellationToken cancellationToken)
    {
        var said = new StringBuilder();
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            ServerProcess? server = null;
            var up = false;
            try
            {
                var current = plan();
                server = Launch(current, folder);
                up = await server.IsUpAsync(current, cancellationToken);
                if (up)
                {
                    return server;
                }

                said.Append("attempt ").Append(attempt).Append(": ").AppendLine(server.Output);
            }
            finally
            {
                if (!up && server is not null)
                {
                    await server.StopAsync();
                }
            }
        }

        folder.Dispose();
        throw new InvalidOperationException($"The server did not come up.{Environment.NewLine}{said}");
    }

    /// <summary>Waits until it has printed <paramref name="text"/>; false when it ended or 30 seconds passed first.</summary>
    public async Task<bool> HasPrintedAsync(string text, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_startLimit);
        try
        {
            while (!Output.Contains(text, StringComparison.Ordinal))
            {
                if (_process.HasExited)
                {
                    return false;
                }

                await _printed.WaitAsync(TimeSpan.FromMilliseconds(250), limit.Token);
            }

            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    private async Task StopAsync()
    {
        try
        {
            _process.StandardInput.Close();
            using var limit = new CancellationTokenSource(_startLimit);
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _printed.Dispose();
    }

    private static ServerProcess Launch(ProcessPlan plan, ScratchFolder folder)
    {
        var start = new ProcessStartInfo(Binaries.Require("bash"))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Keeper);
        start.ArgumentList.Add("keeper");
        start.ArgumentList.Add(plan.Program);
        foreach (var argument in plan.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in plan.Environment)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var server = new ServerProcess(process, folder);
        process.OutputDataReceived += (_, line) => server.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => server.Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _output.AppendLine(line);
            if (_output.Length > OutputLimit)
            {
                _output.Remove(0, _output.Length - OutputLimit);
            }
        }

        try
        {
            _printed.Release();
        }
        catch (ObjectDisposedException)
        {
            // The last lines of a server that is being disposed of.
        }
    }

    private async Task<bool> IsUpAsync(ProcessPlan plan, CancellationToken cancellationToken)
    {
        if (plan.ReadyText is { } text && !await HasPrintedAsync(text, cancellationToken))
        {
            return false;
        }

        foreach (var port in plan.Ports)
        {
            if (!await AcceptsAsync(port, cancellationToken))
            {
                return false;
            }
        }

        return !_process.HasExited;
    }

    private async Task<bool> AcceptsAsync(int port, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_startLimit);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        try
        {
            while (!_process.HasExited)
            {
                using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await probe.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit.Token);
                    return true;
                }
                catch (SocketException)
                {
                    await tick.WaitForNextTickAsync(limit.Token);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }

        return false;
    }
}
