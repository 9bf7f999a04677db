using System;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Channel;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Channel;

/// <summary>TLS-018: whose certificate is shown to those who do not name the site.</summary>
public sealed class DefaultSiteTests(CheckLab lab)
{
    [Theory]
    [InlineData(true, "failed")]
    [InlineData(false, "passed")]
    public async Task Another_sites_certificate_without_the_right_name_is_found_on_kestrel(bool other, string outcome)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 others = new CertificateRequest("CN=other.test", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        await using HandlerServer server = await HandlerServer.StartAsync(
            lab.Pki.Server,
            static context => ApiServer.ProfileAsync(context, "alice"),
            https => https.ServerCertificateSelector = (_, name) => !other || string.Equals(name, "localhost", StringComparison.OrdinalIgnoreCase) ? lab.Pki.Server : others);
        ScanReport report = await CheckLab.RunAsync(new DefaultSite(), lab.Request(server.Endpoint));
        report.Checks.Single().Outcome.ShouldBe(outcome, report.Checks.Single().ToString());
        report.Findings.Select(finding => finding.Variant).Order().ShouldBe(other ? ["no-name", "unknown-name"] : []);
    }

    [Fact]
    public async Task A_server_that_says_nothing_leaves_it_undecided()
    {
        await using HostileServer server = HostileServer.Start(HostileBehaviour.Silence);
        ScanReport report = await CheckLab.RunAsync(new DefaultSite(), lab.Request(server.Endpoint));
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("notTested");
    }
}
