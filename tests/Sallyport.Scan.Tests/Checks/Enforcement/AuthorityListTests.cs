using System.Linq;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Enforcement;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Enforcement;

public sealed class AuthorityListTests(CheckLab lab)
{
    [Fact]
    public async Task Names_of_internal_hosts_and_people_fail()
    {
        await using HandlerServer server = await ServerAsync("CN=Issuing CA ca01.corp.internal, O=Example", "E=pki@example.org, CN=Mail CA");

        ScanReport report = await CheckLab.RunAsync(new AuthorityList(), lab.Request(server.Endpoint));

        Finding finding = report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString());
        finding.Variant.ShouldBe("internal-names");
        finding.Severity.ShouldBe(Severity.Low);
        finding.Evidence.Single().Received.ShouldContain("ca01.corp.internal");
        finding.Evidence.Single().Received.ShouldContain("pki@example.org");
    }

    [Fact]
    public async Task A_list_above_16_KiB_fails()
    {
        string filler = new('x', 60);
        await using HandlerServer server = await ServerAsync([.. Enumerable.Range(0, 220).Select(i => $"CN={i} {filler}, O=Example")]);

        ScanReport report = await CheckLab.RunAsync(new AuthorityList(), lab.Request(server.Endpoint));

        report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString()).Variant.ShouldBe("huge");
    }

    [Fact]
    public async Task An_ordinary_list_passes_and_is_told_and_so_does_an_empty_one()
    {
        ScanReport nginx = await CheckLab.RunAsync(new AuthorityList(), lab.Request((await lab.NginxAsync()).Required));
        nginx.Checks.Single().Outcome.ShouldBe("passed", nginx.Checks.Single().ToString());
        nginx.Facts.Single().Value.ShouldContain("Lab Client CA");

        ScanReport kestrel = await CheckLab.RunAsync(new AuthorityList(), lab.Request((await lab.KestrelAsync()).Require));
        kestrel.Checks.Single().Outcome.ShouldBe("passed");
        kestrel.Facts.Single().Value.ShouldStartWith("none named");
    }

    [Fact]
    public async Task Reads_the_list_of_a_server_that_refuses_in_the_handshake()
    {
        ScanReport report = await CheckLab.RunAsync(new AuthorityList(), lab.Request((await lab.HaproxyAsync()).Required));

        report.Facts.Single().Value.ShouldContain("Lab Client CA");
    }

    [Fact]
    public async Task Is_not_applicable_where_nobody_asks() =>
        (await CheckLab.RunAsync(new AuthorityList(), lab.Request((await lab.NginxAsync()).Off))).Checks.Single().Outcome.ShouldBe("notApplicable");

    private Task<HandlerServer> ServerAsync(params string[] names) => HandlerServer.StartAsync(
        (_, _) => HandlerServer.Options(lab.Pki.Server, ask: true, NamedAuthorities.Of(names), sendNames: true), _ => Task.CompletedTask);
}
