using System;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Shop;

/// <summary>The user interrupts a scan while its rules change data: what was changed is put back, and the journal says so.</summary>
public sealed class InterruptedWritesTests(CheckLab lab)
{
    [Theory]
    [InlineData(ShopFlaw.None, 1)]
    [InlineData(ShopFlaw.None, 4)]
    [InlineData(ShopFlaw.AnyOrigin, 2)]
    [InlineData(ShopFlaw.GetChanges, 5)]
    public async Task What_was_written_before_the_interruption_is_put_back(ShopFlaw flaw, int writes)
    {
        await using ShopServer shop = ShopServer.Start(flaw, lab.Pki.Material.ServerIdentity);
        (string alice, string bob) = (shop.NoteOf("alice"), shop.NoteOf("bob"));
        using var user = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var journal = new Journal(user, writes);
        ScanRequest request = ShopScan.Request(lab, shop.Endpoint, ScanMode.Intrusive) with { Only = ["CSRF-001", "CSRF-002", "CSRF-003", "RACE-004", "RL-003"] };

        ScanReport report = await new Scanner(TimeProvider.System).RunAsync(request, journal, user.Token);

        journal.Opened.ShouldBe(writes, "the interruption came while something was written");
        report.Partial.ShouldBeTrue();
        report.Writes.ShouldNotBeEmpty();
        report.Writes.ShouldAllBe(static one => one.State == WriteState.Restored || one.State == WriteState.Kept, string.Join('\n', report.Writes));
        report.Writes.ShouldContain(static one => one.State == WriteState.Restored);
        (shop.NoteOf("alice"), shop.NoteOf("bob")).ShouldBe((alice, bob));
    }

    /// <summary>Interrupts at a write, before its answer is there.</summary>
    private sealed class Journal(CancellationTokenSource user, int at) : IProgress<ScanProgress>
    {
        private int _opened;

        public int Opened => Math.Min(_opened, at);

        public void Report(ScanProgress value)
        {
            if (value is ScanProgress.Wrote { Record.State: WriteState.Open } && Interlocked.Increment(ref _opened) == at)
            {
                user.Cancel();
            }
        }
    }
}
