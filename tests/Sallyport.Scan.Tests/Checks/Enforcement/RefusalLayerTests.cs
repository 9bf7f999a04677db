using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Enforcement;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Enforcement;

public sealed class RefusalLayerTests(CheckLab lab)
{
    [Fact]
    public async Task Tells_the_layer_for_each_make()
    {
        (await LayerAsync((await lab.NginxAsync()).Required, "1.3")).ShouldBe("by HTTP, after the request was read (HTTP 400)");
        (await LayerAsync((await lab.KestrelAsync()).Require, "1.2")).ShouldStartWith("by a close without an answer");
        (await LayerAsync((await lab.HaproxyAsync()).Required, "1.3")).ShouldContain("certificate_required (116)");
        (await LayerAsync((await lab.HaproxyAsync()).Required, "1.2")).ShouldStartWith("in the handshake");
    }

    [Fact]
    public async Task Is_not_applicable_where_nobody_is_refused_and_undecided_without_a_control()
    {
        (await CheckLab.RunAsync(new RefusalLayer(), lab.Request((await lab.NginxAsync()).Optional))).Checks.Single().Outcome.ShouldBe("notApplicable");
        (await CheckLab.RunAsync(new RefusalLayer(), lab.Request((await lab.NginxAsync()).Required, lab.Pki.Other))).Checks.Single().Outcome.ShouldBe("notTested");
    }

    private async Task<string> LayerAsync(LabEndpoint site, string version)
    {
        ScanReport report = await CheckLab.RunAsync(new RefusalLayer(), lab.Request(site));
        report.Checks.Single().Outcome.ShouldBe("passed", $"{site.Site}: {report.Checks.Single()}");
        return report.Facts.Single(f => f.Title.Contains(version)).Value;
    }
}
