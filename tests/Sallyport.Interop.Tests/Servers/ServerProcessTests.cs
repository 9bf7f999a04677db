using System;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;

namespace Sallyport.Interop.Tests.Servers;

public sealed class ServerProcessTests
{
    [Fact]
    public async Task Takes_the_servers_children_and_its_folder_with_it()
    {
        var folder = new ScratchFolder("keeper");
        var plan = new ProcessPlan
        {
            Program = "bash",
            Arguments = ["-c", "sleep 1000 & echo child $! .; wait"],
            ReadyText = " .",
        };
        var server = await ServerProcess.StartAsync(folder, () => plan, TestContext.Current.CancellationToken);
        var child = int.Parse(server.Output.Split(' ')[1], CultureInfo.InvariantCulture);
        IsRunning(child).ShouldBeTrue();
        await server.DisposeAsync();
        await GoneAsync(child);
        Directory.Exists(folder.Path).ShouldBeFalse();
    }

    [Fact]
    public async Task Tries_three_times_and_then_shows_what_the_server_said()
    {
        var folder = new ScratchFolder("keeper");
        var plans = 0;
        var failed = await Should.ThrowAsync<InvalidOperationException>(() => ServerProcess.StartAsync(
            folder,
            () =>
            {
                plans++;
                return new ProcessPlan { Program = "bash", Arguments = ["-c", "echo no room >&2; exit 3"], ReadyText = "ready" };
            },
            TestContext.Current.CancellationToken));
        plans.ShouldBe(3);
        failed.Message.ShouldContain("no room");
        Directory.Exists(folder.Path).ShouldBeFalse();
    }

    private static async Task GoneAsync(int process)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (IsRunning(process))
        {
            await tick.WaitForNextTickAsync(limit.Token);
        }
    }

    // A killed child may be a zombie until init reaps it.
    private static bool IsRunning(int process)
    {
        var status = $"/proc/{process}/status";
        return File.Exists(status) && !File.ReadAllText(status).Contains("State:\tZ", StringComparison.Ordinal);
    }
}
