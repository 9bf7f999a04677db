using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Samples;

/// <summary>Sound APIs with data of all kinds.</summary>
public sealed class StrictApisTests
{
    // What random data could be taken for. The whole catalogue a thousand times is Sallyport.Soak's: "scans 1000".
    [Fact]
    public async Task Twenty_strict_apis_with_random_data_give_the_rules_of_data_nothing_to_find()
    {
        string[] ofData = ["DATA-001", "DATA-002", "DATA-003", "AUTHZ-001", "AUTHZ-005", "AUTHZ-012", "JWT-015", "UC-001"];
        ImmutableArray<Check> checks = [.. CheckCatalog.BuiltIn.Where(check => ofData.Contains(check.Info.Id))];
        checks.Length.ShouldBe(ofData.Length);
        for (int i = 0; i < 20; i++)
        {
            await using OrdersLab lab = await OrdersLab.StartAsync();
            ScanReport report = await new Scanner(new ScanSessions(TimeProvider.System), checks, TimeProvider.System).RunAsync(lab.Request, null, TestContext.Current.CancellationToken);
            report.Findings.Select(finding => $"{finding.Id} {finding.Operation}: {finding.Observed}").ShouldBeEmpty();
            report.BaselineSucceeded.ShouldBeTrue();
        }
    }
}
