using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.Identities;

/// <summary>A real process that is killed while it changes identities in SQLite: every change that it was told of is there.</summary>
public sealed class IdentityKillTests : IDisposable
{
    private static readonly TimeSpan _ceiling = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sallyport-identities-");

    private string File => Path.Combine(_folder.FullName, "identities.db");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Kill_9_loses_no_acknowledged_change()
    {
        var acknowledged = new List<(string What, int Number, long Epoch)>();
        var uncertain = new HashSet<int>();
        for (int kill = 1; kill <= 3; kill++)
        {
            await RunAndKillAsync(acknowledged, first: 100_000 * kill, atLeast: 40 * kill);
            uncertain.Add(acknowledged[^1].Number);
            await EverythingIsThereAsync(acknowledged, uncertain);
        }
    }

    private async Task RunAndKillAsync(List<(string What, int Number, long Epoch)> acknowledged, int first, int atLeast)
    {
        using Process child = Start(first);
        int before = acknowledged.Count;
        while (acknowledged.Count - before < atLeast && await child.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(_ceiling, Cancel) is { } line)
        {
            acknowledged.Add(Read(line));
        }

        // SIGKILL, in the middle of it.
        child.Kill();
        await child.WaitForExitAsync(Cancel).WaitAsync(_ceiling, Cancel);
        string rest = await child.StandardOutput.ReadToEndAsync(Cancel).WaitAsync(_ceiling, Cancel);
        acknowledged.AddRange(rest.Split('\n')[..^1].Select(Read));
        (acknowledged.Count - before).ShouldBeGreaterThanOrEqualTo(atLeast);
    }

    private async Task EverythingIsThereAsync(List<(string What, int Number, long Epoch)> acknowledged, HashSet<int> uncertain)
    {
        await using var store = new SallyportIdentityStore(new IdentityStoreOptions().UseSqlite(File), TimeProvider.System);
        StoredIdentities stored = await store.ReadAsync(Cancel);
        stored.Epoch.ShouldBeGreaterThanOrEqualTo(acknowledged[^1].Epoch);
        var records = (await store.ReadChangesAsync(10_000, Cancel)).Select(static record => (record.Action, record.Epoch)).ToHashSet();
        acknowledged.ShouldAllBe(change => records.Contains(new ValueTuple<string, long>(change.What, change.Epoch)));

        // What was said last of each, except where a kill came: one change more may have been kept that nobody was told of.
        HashSet<string> names = [.. stored.Identities.Select(static identity => identity.Name)];
        foreach (var last in acknowledged.GroupBy(static change => change.Number).Select(static changes => changes.MaxBy(static change => change.Epoch)).Where(last => !uncertain.Contains(last.Number)))
        {
            names.Contains($"n{last.Number}").ShouldBe(last.What != "remove", $"{last}");
        }

        foreach (var revoked in acknowledged.Where(static change => change.What == "revoke"))
        {
            stored.Revoked.ShouldContain(IdentityChild.Certificate(revoked.Number));
        }
    }

    private static (string What, int Number, long Epoch) Read(string line)
    {
        string[] parts = line.Split(' ');
        return (parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), long.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    private Process Start(int first)
    {
        string self = Environment.ProcessPath ?? throw new InvalidOperationException("A process has a path.");
        var start = new ProcessStartInfo(self) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
        {
            start.ArgumentList.Add(typeof(IdentityKillTests).Assembly.Location);
        }

        start.Environment[IdentityChild.Variable] = File;
        start.Environment[IdentityChild.First] = first.ToString(CultureInfo.InvariantCulture);
        Process child = Process.Start(start) ?? throw new InvalidOperationException("The child did not start.");
        child.ErrorDataReceived += static (_, _) => { };
        child.BeginErrorReadLine();
        return child;
    }
}
