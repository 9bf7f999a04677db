using System.Linq;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Scan.Checks.Matrix;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Samples;

public sealed class OrdersLabTests
{
    [Fact]
    public async Task The_strict_api_serves_alice_and_passes()
    {
        await using OrdersLab lab = await OrdersLab.StartAsync();
        ScanReport report = await lab.RunAsync(new UnknownAuthority());
        report.BaselineSucceeded.ShouldBeTrue();
        report.ClientAuthentication.ShouldBe(ClientAuthentication.Required);
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().Reason);
    }

    [Fact]
    public async Task A_weak_api_says_what_is_planted()
    {
        await using OrdersLab lab = await OrdersLab.StartAsync(Weakness.AnyCertificate);
        lab.Planted.ShouldBe([.. lab.Planted.Order(System.StringComparer.Ordinal)]);
        ScanReport report = await lab.RunAsync(new UnknownAuthority());
        lab.Planted.ShouldContain(report.Findings.ShouldHaveSingleItem().Id);
    }
}
