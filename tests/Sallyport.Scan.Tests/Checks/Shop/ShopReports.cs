using System;
using System.Collections.Concurrent;
using System.Threading.Tasks;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Shop;

/// <summary>Reports of one check on a shop with one flaw: made once, looked at by each row that a variant of it has.</summary>
public sealed class ShopReports
{
    private readonly ConcurrentDictionary<(string Id, ShopFlaw Flaw), Lazy<Task<ScanReport>>> _reports = new();

    public Task<ScanReport> OfAsync(string id, ShopFlaw flaw, Func<Task<ScanReport>> scan) =>
        _reports.GetOrAdd((id, flaw), _ => new Lazy<Task<ScanReport>>(scan)).Value;
}
