using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Enforcement;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Enforcement;

public sealed class RequestedCertificateTests(CheckLab lab)
{
    [Fact]
    public async Task Tells_per_version_and_per_name_that_nginx_asks()
    {
        ScanReport report = await CheckLab.RunAsync(new RequestedCertificate(), lab.Request((await lab.NginxAsync()).SecretName));

        report.Checks.Single().Outcome.ShouldBe("passed");
        report.Findings.ShouldBeEmpty();
        Value(report, "(TLS 1.3)").ShouldBe("yes, naming 1 accepted authorities");
        Value(report, "(TLS 1.2)").ShouldBe("yes, naming 1 accepted authorities");
        Value(report, $"({LabApi.PublicHost})").ShouldBe("yes");
    }

    [Fact]
    public async Task Tells_that_nobody_asks()
    {
        ScanReport report = await CheckLab.RunAsync(new RequestedCertificate(), lab.Request((await lab.KestrelAsync()).Off));

        Value(report, "(TLS 1.3)").ShouldBe("no");
        Value(report, "(TLS 1.2)").ShouldBe("no");
    }

    [Fact]
    public async Task Sees_the_question_although_the_refusal_ends_the_handshake()
    {
        ScanReport report = await CheckLab.RunAsync(new RequestedCertificate(), lab.Request((await lab.HaproxyAsync()).Required));

        Value(report, "(TLS 1.2)").ShouldStartWith("yes");
        Value(report, "(TLS 1.3)").ShouldStartWith("yes");
    }

    [Fact]
    public async Task Tells_that_Kestrel_asks_only_after_the_request()
    {
        ScanReport report = await CheckLab.RunAsync(new RequestedCertificate(), lab.Request((await lab.KestrelAsync()).Delay));

        Value(report, "(TLS 1.3)").ShouldBe("no");
        Value(report, "after the handshake").ShouldStartWith("yes");
    }

    private static string Value(ScanReport report, string title) => report.Facts.Single(f => f.Title.Contains(title)).Value;
}
