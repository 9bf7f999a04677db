using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;

namespace Sallyport.Cli.Tests;

/// <summary>The tool as a process of its own: what only a real process shows.</summary>
public sealed class ProcessTests
{
    private static readonly TimeSpan Ceiling = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Writes_data_to_stdout_and_errors_to_stderr_without_a_byte_order_mark()
    {
        (int code, string output, string error) = await RunAsync("--version");
        (code, output, error).ShouldBe((0, $"sallyport {Tool.Version}\n", ""));
        (code, output, error) = await RunAsync("scan", "localhost");
        (code, output).ShouldBe((2, ""));
        error.ShouldBe("sallyport: error: the target: `localhost` is no URL that can be used\nsallyport: hint: the URL has no scheme: did you mean https://localhost?\n");
    }

    [Fact]
    public async Task Reads_a_secret_from_the_environment_and_shows_it_nowhere()
    {
        await using HostileServer server = HostileServer.Start(HostileBehaviour.Reset);
        using Process process = Start(info => info.Environment["ALICE"] = "hunter2", "scan", $"https://127.0.0.1:{server.Endpoint.Port}", "--token", "alice=env:ALICE", "--format", "json");
        (int code, string output, string error) = await EndAsync(process);
        code.ShouldBe(3, error);
        (output + error).ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Ctrl_C_ends_a_scan_with_130_and_its_report()
    {
        await using HostileServer server = HostileServer.Start(HostileBehaviour.Silence);
        using Process process = Start(null, "scan", $"https://127.0.0.1:{server.Endpoint.Port}", "--format", "json", "--timeout", "10m");
        (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Ceiling, TestContext.Current.CancellationToken)).ShouldNotBeNull().ShouldContain("looking at");
        using (Process kill = Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        (int code, string output, string error) = await EndAsync(process);
        code.ShouldBe(130, error);
        System.Text.Json.JsonDocument.Parse(output).RootElement.GetProperty("partial").GetBoolean().ShouldBeTrue();
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using Process process = Start(null, args);
        return await EndAsync(process);
    }

    private static Process Start(Action<ProcessStartInfo>? change, params string[] args)
    {
        // The tool's own assembly lies beside the tests'; the host that runs them runs it too.
        var info = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = System.Text.Encoding.Latin1,
        };
        foreach (string arg in (string[])["exec", Path.Combine(AppContext.BaseDirectory, "sallyport.dll"), .. args])
        {
            info.ArgumentList.Add(arg);
        }

        change?.Invoke(info);
        return Process.Start(info).ShouldNotBeNull();
    }

    private static async Task<(int Code, string Output, string Error)> EndAsync(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Ceiling, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output, await error);
    }
}
