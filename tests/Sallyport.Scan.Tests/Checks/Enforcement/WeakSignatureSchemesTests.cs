using System.Linq;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Enforcement;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Enforcement;

public sealed class WeakSignatureSchemesTests(CheckLab lab)
{
    [Fact]
    public async Task An_nginx_with_everything_that_OpenSSL_still_has_takes_a_SHA_1_signature()
    {
        ScanReport report = await CheckLab.RunAsync(new WeakSignatureSchemes(), lab.Request((await lab.NginxAsync()).Legacy));

        Finding finding = report.Findings.ShouldHaveSingleItem(report.Checks.Single() + string.Join("; ", report.Facts));
        finding.Id.ShouldBe("MTLS-009");
        finding.Severity.ShouldBe(Severity.Low);
        finding.Observed.ShouldContain("sha1");
    }

    [Fact]
    public async Task Servers_with_their_usual_settings_pass()
    {
        ScanReport nginx = await CheckLab.RunAsync(new WeakSignatureSchemes(), lab.Request((await lab.NginxAsync()).Required));
        nginx.Checks.Single().Outcome.ShouldBe("passed", nginx.Checks.Single() + string.Join("; ", nginx.Facts));

        ScanReport kestrel = await CheckLab.RunAsync(new WeakSignatureSchemes(), lab.Request((await lab.KestrelAsync()).Require));
        kestrel.Checks.Single().Outcome.ShouldBe("passed", kestrel.Checks.Single() + string.Join("; ", kestrel.Facts));
    }

    [Fact]
    public async Task Is_not_applicable_where_nobody_asks_and_undecided_without_a_control()
    {
        (await CheckLab.RunAsync(new WeakSignatureSchemes(), lab.Request((await lab.NginxAsync()).Off))).Checks.Single().Outcome.ShouldBe("notApplicable");
        (await CheckLab.RunAsync(new WeakSignatureSchemes(), lab.Request((await lab.NginxAsync()).Legacy, lab.Pki.Other))).Checks.Single().Outcome.ShouldBe("notTested");
    }
}
