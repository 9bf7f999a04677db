using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Application;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks.Matrix;

namespace Sallyport.Scan.Tests.Checks.Application;

/// <summary>The rows of the application that the forge makes identities for: <see cref="UnmappedIdentity"/>, <see cref="LookAlike"/> and <see cref="OddNames"/>.</summary>
public sealed class ForgedRowsTests(CheckLab lab)
{
    [Fact]
    public async Task Serving_everybody_with_a_certificate_of_the_CA_is_MTLS_302()
    {
        await using PolicyServer server = PolicyServer.Start(lab, answers: (_, path) => PolicyServer.ToOwner(path.Split('/').Last(), path));
        Finding finding = (await RunAsync(new UnmappedIdentity(), server.Endpoint)).Findings.ShouldHaveSingleItem();
        (finding.Id, finding.Severity).ShouldBe(("MTLS-302", Severity.Critical));
    }

    [Fact]
    public async Task A_declared_unmapped_identity_needs_no_CA_key()
    {
        await using PolicyServer server = PolicyServer.Start(lab, answers: (_, path) => PolicyServer.ToOwner(path.Split('/').Last(), path));
        ScanRequest request = lab.Request(server.Endpoint);
        request = request with { Identities = request.Identities.Add(CheckLab.Identity(lab.Pki.Unmapped) with { State = IdentityState.Unmapped }) };
        (await CheckLab.RunAsync(new UnmappedIdentity(), request)).Findings.ShouldHaveSingleItem().Identity.ShouldBe(lab.Pki.Unmapped.Name);
    }

    [Fact]
    public async Task Reading_the_account_from_the_common_name_is_MTLS_303()
    {
        await using PolicyServer server = PolicyServer.Start(lab, answers: (shown, path) => PolicyServer.ToOwner(shown.CommonName, path));
        Finding finding = (await RunAsync(new LookAlike(), server.Endpoint)).Findings.ShouldHaveSingleItem();
        (finding.Id, finding.Severity).ShouldBe(("MTLS-303", Severity.Critical));
    }

    [Fact]
    public async Task An_error_page_for_odd_names_is_MTLS_306()
    {
        await using PolicyServer server = PolicyServer.Start(
            lab,
            answers: (shown, path) => shown.Leaf.Subject.All(c => c is >= ' ' and < (char)127 and not '"' and not '\\')
                ? PolicyServer.ToOwner(shown.Account, path)
                : new(500, """{"error":"unhandled"}"""));
        ScanReport report = await RunAsync(new OddNames(), server.Endpoint);
        report.Findings.ShouldNotBeEmpty(report.Checks.Single().Reason);
        report.Findings.ShouldAllBe(finding => finding.Id == "MTLS-306" && finding.Severity == Severity.Medium);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Odd_names_are_tried_where_any_certificate_of_the_CA_is_served_too(bool fails)
    {
        await using PolicyServer server = PolicyServer.Start(
            lab,
            answers: (shown, path) => !fails || shown.Leaf.Subject.All(c => c is >= ' ' and < (char)127 and not '"' and not '\\')
                ? PolicyServer.ToOwner(path.Split('/').Last(), path)
                : new(500, """{"error":"unhandled"}"""));
        ScanReport report = await RunAsync(new OddNames(), server.Endpoint);
        report.Checks.Single().Outcome.ShouldBe(fails ? "failed" : "passed", report.Checks.Single().Reason);
        report.Findings.ShouldAllBe(finding => finding.Id == "MTLS-306" && finding.Severity == Severity.Medium);
    }

    [Fact]
    public async Task A_server_that_finds_accounts_by_their_right_name_passes_all_three()
    {
        await using PolicyServer server = PolicyServer.Start(lab);
        foreach (Check check in new Check[] { new UnmappedIdentity(), new LookAlike(), new OddNames() })
        {
            ScanReport report = await RunAsync(check, server.Endpoint);
            report.Findings.ShouldBeEmpty();
            report.Checks.Single().Outcome.ShouldBe("passed", $"{check.Info.Id}: {report.Checks.Single().Reason}");
        }
    }

    [Fact]
    public async Task On_nginx_none_of_the_three_is_a_false_alarm_and_strangers_are_refused()
    {
        ScanReport report = await RunAsync(new UnmappedIdentity(), (await lab.NginxAsync()).Required);
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().Reason);
        (await RunAsync(new LookAlike(), (await lab.NginxAsync()).Required)).Findings.ShouldHaveSingleItem().Id.ShouldBe("MTLS-303"); // it goes by the CN
    }

    [Fact]
    public async Task Without_the_CA_key_they_say_what_to_give()
    {
        foreach (Check check in new Check[] { new UnmappedIdentity(), new LookAlike(), new OddNames() })
        {
            CheckSummary summary = (await CheckLab.RunAsync(check, lab.Request((await lab.KestrelAsync()).Require))).Checks.Single();
            summary.Outcome.ShouldBe("notTested");
            summary.Needs.ShouldContain(need => need.Contains("client-ca", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task On_a_broken_server_they_stay_undecided()
    {
        await using HostileServer reset = HostileServer.Start(HostileBehaviour.Reset);
        foreach (Check check in new Check[] { new UnmappedIdentity(), new LookAlike(), new OddNames() })
        {
            ScanRequest request = MatrixScan.Request(lab, reset.Endpoint) with { Limits = new() { ProbeTimeout = TimeSpan.FromMilliseconds(200) } };
            (await CheckLab.RunAsync(check, request)).Checks.Single().Outcome.ShouldBe("notTested");
        }
    }

    private Task<ScanReport> RunAsync(Check check, LabEndpoint site) => CheckLab.RunAsync(check, MatrixScan.Request(lab, site));
}
