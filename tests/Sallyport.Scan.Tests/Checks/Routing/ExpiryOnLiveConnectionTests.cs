using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Routing;

public sealed class ExpiryOnLiveConnectionTests(CheckLab lab)
{
    private static readonly TimeSpan s_short = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task Nginx_serves_an_open_connection_past_the_end_of_its_certificate()
    {
        ScanReport report = await CheckLab.RunAsync(new ExpiryOnLiveConnection(s_short), Request((await lab.NginxAsync()).Required));
        Finding finding = report.Single("MTLS-207");
        finding.Severity.ShouldBe(Severity.Medium);
        finding.Observed.ShouldContain("open HTTP/1.1 connection");
        finding.Observed.ShouldContain("open HTTP/2 connection");
    }

    [Fact]
    public async Task It_is_not_run_in_safe_mode()
    {
        ScanReport report = await CheckLab.RunAsync(new ExpiryOnLiveConnection(s_short), Request((await lab.NginxAsync()).Required) with { Mode = ScanMode.Safe });
        report.ShouldBe("notTested");
        report.Checks.Single().Needs.ShouldContain("--mode intrusive");
    }

    [Fact]
    public async Task Without_the_key_of_the_client_CA_it_is_not_tested()
    {
        ScanReport report = await CheckLab.RunAsync(new ExpiryOnLiveConnection(s_short), Request((await lab.NginxAsync()).Required) with { ClientAuthority = null });
        report.ShouldBe("notTested");
    }

    private ScanRequest Request(LabEndpoint site) => lab.Request(site) with
    {
        Mode = ScanMode.Intrusive,
        ClientAuthority = new() { Certificate = [.. lab.Pki.ClientCa.Authority.Certificate.Span], Key = lab.Pki.ClientCa.Authority.Key.Algorithm },
    };
}
