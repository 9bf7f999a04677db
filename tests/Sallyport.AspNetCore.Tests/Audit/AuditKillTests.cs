using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Audit;

namespace Sallyport.AspNetCore.Tests.Audit;

/// <summary>A real process that is killed while it writes, and one whose disk ends: no acknowledged record is lost, and the chain goes on.</summary>
public sealed class AuditKillTests : IDisposable
{
    private static readonly TimeSpan _ceiling = TimeSpan.FromSeconds(60);
    private readonly AuditLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData(200)]
    [InlineData(5_000)]
    public async Task Kill_9_under_load_loses_no_acknowledged_record(int acknowledgedBefore)
    {
        using Process child = Start("exec \"$0\"");
        var acknowledged = new List<string>();
        while (acknowledged.Count < acknowledgedBefore && await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(_ceiling, TestContext.Current.CancellationToken) is { } line)
        {
            acknowledged.Add(line);
        }

        // SIGKILL, in the middle of it.
        child.Kill();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(_ceiling, TestContext.Current.CancellationToken);
        acknowledged.AddRange((await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(_ceiling, TestContext.Current.CancellationToken)).Split('\n')[..^1]);
        acknowledged.Count.ShouldBeGreaterThanOrEqualTo(acknowledgedBefore);
        await EverythingIsThereAsync(acknowledged);
    }

    [Fact]
    public async Task A_disk_that_ends_in_the_middle_of_a_group_refuses_and_loses_no_acknowledged_record()
    {
        // 256 KiB for any file; the signal ignored, so that the write says no, as a full disk would, with half a group written.
        using Process child = Start("trap '' XFSZ; ulimit -f 256; exec \"$0\"");
        string output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(_ceiling, TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(_ceiling, TestContext.Current.CancellationToken);
        child.ExitCode.ShouldBe(0);
        string[] acknowledged = output.Split('\n')[..^1];
        acknowledged.Length.ShouldBeGreaterThan(100);
        new FileInfo(_lab.Log).Length.ShouldBeLessThanOrEqualTo(262_144);
        await EverythingIsThereAsync(acknowledged);
    }

    private async Task EverythingIsThereAsync(IReadOnlyCollection<string> acknowledged)
    {
        HashSet<string> kept = [.. AuditLab.Lines(_lab.Log).Where(static line => line.EndsWith("\"}", StringComparison.Ordinal))
            .Select(static line => line.IndexOf("\"detail\":\"record ", StringComparison.Ordinal) is >= 0 and var at ? line[(at + 17)..].Split(' ')[0] : "")];
        acknowledged.Where(number => !kept.Contains(number)).ShouldBeEmpty();
        _lab.Verify().ShouldBeOfType<AuditVerdict.Intact>().Records.ShouldBeGreaterThanOrEqualTo(acknowledged.Count);

        await using (AuditTrail next = await _lab.OpenAsync())
        {
            await next.RecordAsync(AuditLab.Change("after the crash"), TestContext.Current.CancellationToken);
        }

        var intact = _lab.Verify().ShouldBeOfType<AuditVerdict.Intact>();
        intact.PartialBytes.ShouldBe(0);
        _lab.Records()[^1].GetProperty("detail").GetString().ShouldBe("after the crash");
    }

    private Process Start(string script)
    {
        string self = Environment.ProcessPath ?? throw new InvalidOperationException("A process has a path.");
        string dll = typeof(AuditKillTests).Assembly.Location;
        bool byHost = Path.GetFileNameWithoutExtension(self) == "dotnet";
        var start = new ProcessStartInfo("/bin/bash") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(byHost ? script.Replace("exec \"$0\"", "exec \"$0\" \"$1\"", StringComparison.Ordinal) : script);
        start.ArgumentList.Add(self);
        start.ArgumentList.Add(dll);
        start.Environment[AuditChild.Variable] = _lab.Log;

        // The runtime's own mapping of its code is a large file too, which a limit on files would end.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        Process child = Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
        child.ErrorDataReceived += static (_, _) => { };
        child.BeginErrorReadLine();
        return child;
    }
}
