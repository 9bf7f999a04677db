using System;
using System.Threading.Tasks;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Tests.Checks;

namespace Sallyport.Scan.Tests.Proofs.Broken;

/// <summary>What the two sites are found to be while nothing is broken: made once, and held against every broken scan.</summary>
public sealed class Undisturbed
{
    private readonly Lazy<Task<ScanReport>> _strict;
    private readonly Lazy<Task<ScanReport>> _naked;

    public Undisturbed(CheckLab lab)
    {
        _strict = new(() => ScanAsync(lab, naked: false));
        _naked = new(() => ScanAsync(lab, naked: true));
    }

    public Task<ScanReport> OfAsync(bool naked) => (naked ? _naked : _strict).Value;

    private static async Task<ScanReport> ScanAsync(CheckLab lab, bool naked)
    {
        await using BreakableSite site = await BreakableSite.StartAsync(lab, naked);
        HurriedTime time = new();

        // The minute in which a revocation is waited for is none that anybody needs here.
        return await BrokenScan.RunAsync(site.Request(TimeSpan.FromSeconds(30)), time, () => time.Hurry(10));
    }
}
