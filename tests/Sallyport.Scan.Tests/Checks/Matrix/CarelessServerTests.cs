using System;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Matrix;

/// <summary>A server for each thing that can be left out, and the one finding that says so.</summary>
public sealed class CarelessServerTests(CheckLab lab)
{
    [Fact]
    public async Task One_that_verifies_nothing_is_one_finding_that_names_the_other_rows()
    {
        Finding finding = await OnlyAsync(shown => shown.Account is not null);

        (finding.Id, finding.Severity, finding.Confidence).ShouldBe(("MTLS-101", Severity.Critical, Confidence.Confirmed));
        finding.AlsoMatches.ShouldBe(["MTLS-102", "MTLS-103", "MTLS-104", "MTLS-105", "MTLS-106", "MTLS-107", "MTLS-108", "MTLS-109", "MTLS-110", "MTLS-114"]);
        finding.Evidence.Select(one => one.Title).ShouldContain("control: alice");
        finding.Evidence.Select(one => one.Title).ShouldContain("control: no certificate");
    }

    [Fact]
    public async Task One_that_believes_any_CA_is_MTLS_102()
    {
        Finding finding = await OnlyAsync(shown => !shown.Leaf.SubjectName.RawData.AsSpan().SequenceEqual(shown.Leaf.IssuerName.RawData), "MTLS-101", "MTLS-102", "MTLS-103");

        finding.Id.ShouldBe("MTLS-102");
        finding.AlsoMatches.ShouldBe(["MTLS-103"]);
    }

    [Fact]
    public async Task One_that_believes_the_issuer_by_its_name_is_MTLS_103()
    {
        Finding finding = await OnlyAsync(shown => shown.Leaf.IssuerName.RawData.AsSpan().SequenceEqual(lab.Pki.ClientCa.Certificate.SubjectName.RawData), "MTLS-101", "MTLS-102", "MTLS-103");

        finding.Id.ShouldBe("MTLS-103");
        finding.AlsoMatches.ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_leaves_the_dates_out_is_MTLS_104()
    {
        Finding finding = await OnlyAsync(shown => shown.LeadsTo(lab.Pki, policy => policy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid) && shown.IsForClients && shown.IsStrong);

        (finding.Id, finding.Severity).ShouldBe(("MTLS-104", Severity.High));
        finding.AlsoMatches.ShouldBe(["MTLS-105"]);
    }

    [Fact]
    public async Task One_that_leaves_the_first_date_out_is_MTLS_105()
    {
        Finding finding = await OnlyAsync(shown => shown.LeadsTo(lab.Pki, policy => policy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid)
            && shown.Leaf.NotAfter.ToUniversalTime() > TimeProvider.System.GetUtcNow().UtcDateTime && shown.IsForClients && shown.IsStrong);

        finding.Id.ShouldBe("MTLS-105");
    }

    [Fact]
    public async Task One_that_leaves_the_usage_out_is_MTLS_106()
    {
        Finding finding = await OnlyAsync(shown => shown.LeadsTo(lab.Pki, anyUsage: true) && shown.IsStrong);

        (finding.Id, finding.Severity).ShouldBe(("MTLS-106", Severity.High));
        finding.AlsoMatches.ShouldBe(["MTLS-107", "MTLS-108"]);
    }

    [Fact]
    public async Task One_that_asks_for_clientAuth_only_where_a_usage_is_stated_is_MTLS_107_and_low()
    {
        Finding finding = await OnlyAsync(shown => shown.LeadsTo(lab.Pki) && shown.IsStrong, "MTLS-106", "MTLS-107");

        (finding.Id, finding.Severity).ShouldBe(("MTLS-107", Severity.Low));
    }

    [Fact]
    public async Task One_that_takes_any_usage_is_MTLS_108_and_low()
    {
        Finding finding = await OnlyAsync(
            shown => shown.LeadsTo(lab.Pki, anyUsage: true) && shown.Leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>()
                .Any(usage => usage.EnhancedKeyUsages["1.3.6.1.5.5.7.3.2"] is not null || usage.EnhancedKeyUsages["2.5.29.37.0"] is not null),
            "MTLS-106",
            "MTLS-107",
            "MTLS-108");

        (finding.Id, finding.Severity).ShouldBe(("MTLS-108", Severity.Low));
    }

    [Fact]
    public async Task One_that_makes_a_CA_of_every_client_is_MTLS_109()
    {
        Finding finding = await OnlyAsync(shown => shown.LeadsTo(lab.Pki, policy => policy.VerificationFlags = X509VerificationFlags.AllFlags), "MTLS-101", "MTLS-102", "MTLS-103", "MTLS-109");

        (finding.Id, finding.Severity).ShouldBe(("MTLS-109", Severity.Critical));
    }

    [Fact]
    public async Task One_that_keeps_no_limits_of_a_CA_is_MTLS_110_for_each()
    {
        ScanReport report = await RunAsync(
            shown => shown.LeadsTo(lab.Pki, policy => policy.VerificationFlags = X509VerificationFlags.IgnoreInvalidBasicConstraints | X509VerificationFlags.IgnoreInvalidName), null, "MTLS-110");

        report.Findings.Select(finding => finding.Variant).ShouldBe(["name-constraints-directory", "name-constraints-dns", "path-length"], MatrixScan.Of(report));
    }

    [Fact]
    public async Task One_that_takes_weak_certificates_is_MTLS_114_for_each()
    {
        ScanReport report = await RunAsync(shown => shown.LeadsTo(lab.Pki), null, "MTLS-114");

        report.Findings.Select(finding => (finding.Variant, finding.Severity)).ShouldBe([("rsa-1024", Severity.Medium), ("sha1", Severity.Medium)], MatrixScan.Of(report));
    }

    [Fact]
    public async Task One_that_reads_the_account_from_the_last_certificate_is_MTLS_120()
    {
        ScanReport report = await RunAsync(null, (shown, path) => PolicyServer.ToOwner((shown with { Leaf = shown.Rest.LastOrDefault(shown.Leaf) }).Account, path), "MTLS-120");

        Finding finding = report.Findings.ShouldHaveSingleItem(MatrixScan.Of(report));
        (finding.Id, finding.Severity, finding.Confidence).ShouldBe(("MTLS-120", Severity.Critical, Confidence.Confirmed));
    }

    [Fact]
    public async Task One_that_never_asks_who_owns_what_is_MTLS_121()
    {
        ScanReport report = await RunAsync(null, AnyOwner, "MTLS-120", "MTLS-121");

        Finding finding = report.Findings.ShouldHaveSingleItem(MatrixScan.Of(report));
        (finding.Id, finding.Severity, finding.Confidence, finding.Identity).ShouldBe(("MTLS-121", Severity.High, Confidence.Firm, "bob"));
        report.Checks[0].Outcome.ShouldBe("notApplicable");
    }

    [Theory]
    [InlineData("bob GET /profiles/alice deny", "failed", Confidence.Confirmed)]
    [InlineData("bob GET /profiles/** allow", "notApplicable", null)]
    [InlineData("bob * /** deny|bob GET /profiles/* allow", "notApplicable", null)]
    public async Task What_is_declared_decides_about_MTLS_121(string rows, string outcome, Confidence? confidence)
    {
        await using PolicyServer server = PolicyServer.Start(lab, answers: AnyOwner);
        ScanRequest request = MatrixScan.Request(lab, server.Endpoint) with { Expect = new() { Matrix = [.. rows.Split('|')] } };

        ScanReport report = await MatrixScan.RunAsync(request, "MTLS-121");

        report.Checks.Single().Outcome.ShouldBe(outcome, MatrixScan.Of(report));
        report.Findings.SingleOrDefault()?.Confidence.ShouldBe(confidence.GetValueOrDefault());
    }

    [Theory]
    [InlineData("/profiles/alice", "failed", Confidence.Firm)]
    [InlineData("/shared", "notApplicable", null)]
    [InlineData("/v2/shared", "notApplicable", null)]
    [InlineData("/orders/17", "notTested", null)]
    public async Task A_path_that_is_written_out_tells_its_owner_to_MTLS_121(string path, string outcome, Confidence? confidence)
    {
        await using PolicyServer server = PolicyServer.Start(lab, answers: (shown, asked) => asked == path && shown.Account is not null ? new(200, LabApi.Profile("alice")) : new(404, "{}"));

        ScanReport report = await MatrixScan.RunAsync(WrittenOut(server, path), "MTLS-121");

        report.Checks.Single().Outcome.ShouldBe(outcome, MatrixScan.Of(report));
        report.Checks.Single().Needs.Any(need => need.Contains("expect.matrix", StringComparison.Ordinal)).ShouldBe(outcome == "notTested");
        report.Findings.Select(finding => (Confidence?)finding.Confidence).SingleOrDefault().ShouldBe(confidence);
    }

    [Fact]
    public async Task A_server_that_refuses_others_at_a_written_out_path_passes_MTLS_121()
    {
        await using PolicyServer server = PolicyServer.Start(lab);

        ScanReport report = await MatrixScan.RunAsync(WrittenOut(server, "/profiles/alice"), "MTLS-121");

        report.Checks.Single().Outcome.ShouldBe("passed", MatrixScan.Of(report));
    }

    private ScanRequest WrittenOut(PolicyServer server, string path) => MatrixScan.Request(lab, server.Endpoint) with
    {
        Operations = [new() { Method = "GET", PathTemplate = path, DeclaredProtected = true }],
    };

    [Fact]
    public async Task An_administrator_as_second_identity_proves_nothing_about_owners()
    {
        await using PolicyServer server = PolicyServer.Start(lab, answers: AnyOwner);
        ImmutableArray<Identity> identities = [CheckLab.Identity(lab.Pki.Alice), CheckLab.Identity(lab.Pki.Bob) with { Role = "admin" }];

        ScanReport report = await MatrixScan.RunAsync(MatrixScan.Request(lab, server.Endpoint) with { Identities = identities }, "MTLS-121");

        report.Checks.Single().Outcome.ShouldBe("notApplicable", MatrixScan.Of(report));
    }

    [Fact]
    public async Task One_that_searches_the_printed_subject_is_MTLS_122()
    {
        ScanReport report = await RunAsync(null, (shown, path) => PolicyServer.ToOwner(shown.Leaf.Subject.Contains("CN=alice", StringComparison.Ordinal) ? "alice" : null, path), "MTLS-122");

        Finding finding = report.Findings.ShouldHaveSingleItem(MatrixScan.Of(report));
        (finding.Id, finding.Severity).ShouldBe(("MTLS-122", Severity.High));
        finding.Variant.ShouldNotBeNull().ShouldStartWith("cn-");
    }

    [Fact]
    public async Task One_that_forgets_the_case_of_names_is_MTLS_122_and_low()
    {
        ScanReport report = await RunAsync(
            null,
            (shown, path) => PolicyServer.ToOwner(shown.DnsNames is [var name] && name.Equals("alice.client.test", StringComparison.OrdinalIgnoreCase) ? "alice" : null, path),
            "MTLS-122");

        Finding finding = report.Findings.ShouldHaveSingleItem(MatrixScan.Of(report));
        (finding.Variant, finding.Severity).ShouldBe(("san-case", Severity.Low));
    }

    [Fact]
    public async Task One_that_serves_any_certificate_of_its_CA_has_no_names_to_confuse()
    {
        ScanReport report = await RunAsync(null, AnyOwner, "MTLS-122", "MTLS-123");

        report.Findings.ShouldBeEmpty(MatrixScan.Of(report));
        report.Checks.ShouldAllBe(check => check.Outcome == "notApplicable");
    }

    [Fact]
    public async Task One_that_finds_accounts_by_serial_number_is_MTLS_123()
    {
        string serial = lab.Pki.Alice.Certificate.SerialNumber;
        ScanReport report = await RunAsync(null, (shown, path) => PolicyServer.ToOwner(shown.Leaf.SerialNumber == serial ? "alice" : shown.Account, path), "MTLS-123");

        Finding finding = report.Findings.ShouldHaveSingleItem(MatrixScan.Of(report));
        (finding.Id, finding.Severity).ShouldBe(("MTLS-123", Severity.High));
    }

    private static PolicyServer.Reply AnyOwner(Shown shown, string path) => PolicyServer.ToOwner(path.Split('/')[^1], path);

    private async Task<ScanReport> RunAsync(Func<Shown, bool>? admits, Func<Shown, string, PolicyServer.Reply>? answers, params string[] rows)
    {
        await using PolicyServer server = PolicyServer.Start(lab, admits, answers);
        return await MatrixScan.RunAsync(MatrixScan.Request(lab, server.Endpoint), rows);
    }

    private async Task<Finding> OnlyAsync(Func<Shown, bool> admits, params string[] rows)
    {
        ScanReport report = await RunAsync(admits, null, rows);
        return report.Findings.ShouldHaveSingleItem(MatrixScan.Of(report));
    }
}
