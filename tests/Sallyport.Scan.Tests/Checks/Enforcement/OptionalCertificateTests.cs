using System.Linq;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Enforcement;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Enforcement;

public sealed class OptionalCertificateTests(CheckLab lab)
{
    private static readonly Operation s_reports = CheckLab.Profiles with { PathTemplate = "/reports/{name}" };

    [Fact]
    public async Task Nginx_with_an_optional_certificate_fails_on_every_operation_that_demands_mutual_TLS()
    {
        ScanRequest request = lab.Request((await lab.NginxAsync()).Optional) with { Operations = [CheckLab.Profiles, s_reports] };

        ScanReport report = await CheckLab.RunAsync(new OptionalCertificate(), request);

        report.Findings.Select(f => f.Operation).ShouldBe(["GET /profiles/{name}", "GET /reports/{name}"], ignoreOrder: true);
        report.Findings.ShouldAllBe(f => f.Id == "MTLS-003" && f.Severity == Severity.High && f.Confidence == Confidence.Firm && f.Identity == "none");
    }

    [Fact]
    public async Task Nginx_that_checks_all_but_one_location_fails_there_only()
    {
        ScanRequest request = lab.Request((await lab.NginxAsync()).IfGap) with { Operations = [s_reports] };

        ScanReport report = await CheckLab.RunAsync(new OptionalCertificate(), request);

        report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString()).Operation.ShouldBe("GET /reports/{name}");
    }

    [Fact]
    public async Task Mixed_authentication_on_purpose_is_a_suspicion_at_most()
    {
        Operation byToken = CheckLab.Profiles with { DemandsMutualTls = false };
        ScanRequest request = lab.Request((await lab.KestrelAsync()).Allow) with { Operations = [byToken] };

        ScanReport report = await CheckLab.RunAsync(new OptionalCertificate(), request);

        Finding finding = report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString());
        finding.Confidence.ShouldBe(Confidence.Suspect);
        finding.Severity.ShouldBe(Severity.Medium);
    }

    [Fact]
    public async Task Kestrel_that_requires_one_passes_and_Haproxy_too()
    {
        (await OutcomeAsync(lab.Request((await lab.KestrelAsync()).Require))).ShouldBe("passed");
        (await OutcomeAsync(lab.Request((await lab.HaproxyAsync()).Required))).ShouldBe("passed");
    }

    [Fact]
    public async Task Is_not_applicable_where_none_is_asked_for_and_undecided_where_the_identity_is_refused()
    {
        (await OutcomeAsync(lab.Request((await lab.NginxAsync()).Off))).ShouldBe("notApplicable");
        (await OutcomeAsync(lab.Request((await lab.NginxAsync()).Required, lab.Pki.Other))).ShouldBe("notTested");
    }

    private static async Task<string> OutcomeAsync(ScanRequest request) => (await CheckLab.RunAsync(new OptionalCertificate(), request)).Checks.Single().Outcome;
}
