using System;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Interop.Tests.Servers;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Interop.Tests.Checks.Matrix;

/// <summary>Every row of the certificate matrix against servers of other makes: one scan a site answers all rows.</summary>
public sealed class MatrixRowsTests(LabServers servers)
{
    private static readonly ImmutableArray<string> s_unverified = ["MTLS-102", "MTLS-103", "MTLS-104", "MTLS-105", "MTLS-106", "MTLS-107", "MTLS-108", "MTLS-109", "MTLS-110"];

    [Fact]
    public async Task Nginx_that_verifies_shows_no_more_than_its_own_laxity()
    {
        ScanReport report = await ScanAsync((await servers.NginxOrSkipAsync()).Required, servers.Pki.Revoked);

        // A regular expression over the printed subject; no CRL in this site; OpenSSL takes an absent usage.
        report.Findings.Select(finding => finding.Id).ShouldBe(["MTLS-122", "MTLS-111", "MTLS-107"], Of(report));
        Passed(report, "MTLS-101", "MTLS-102", "MTLS-103", "MTLS-104", "MTLS-105", "MTLS-106", "MTLS-108", "MTLS-109", "MTLS-110", "MTLS-114");
        Passed(report, "MTLS-115", "MTLS-116", "MTLS-117", "MTLS-118", "MTLS-120", "MTLS-121", "MTLS-123");
    }

    [Fact]
    public async Task Nginx_with_a_CRL_refuses_the_revoked_certificate()
    {
        ScanReport report = await ScanAsync((await servers.NginxOrSkipAsync()).RequiredWithCrl, servers.Pki.Revoked);

        Passed(report, "MTLS-101", "MTLS-104", "MTLS-111", "MTLS-115");

        // No list of the minted intermediate can exist: its refusal says nothing, and the control knows.
        Row(report, "MTLS-110").Outcome.ShouldBe("notTested", Of(report));
        Row(report, "MTLS-110").Reason.ShouldNotBeNull().ShouldContain("control minted under the given CA");
    }

    [Fact]
    public async Task Nginx_with_optional_no_ca_and_no_look_at_the_result_is_one_finding()
    {
        ScanReport report = await ScanAsync((await servers.NginxOrSkipAsync()).OptionalNoCaUnchecked);

        Finding finding = report.Findings.ShouldHaveSingleItem(Of(report));
        (finding.Id, finding.Severity, finding.Confidence).ShouldBe(("MTLS-101", Severity.Critical, Confidence.Confirmed));
        finding.AlsoMatches.ShouldContain("MTLS-102");

        // It forgives an unknown issuer only: a wrong signature and a wrong date are still refused.
        Passed(report, "MTLS-103", "MTLS-104", "MTLS-106", "MTLS-115");
    }

    [Fact]
    public async Task Nginx_with_optional_no_ca_and_a_look_at_the_result_passes()
    {
        ScanReport report = await ScanAsync((await servers.NginxOrSkipAsync()).OptionalNoCaChecked);

        Passed(report, "MTLS-101", "MTLS-102", "MTLS-103", "MTLS-104", "MTLS-106", "MTLS-109");
    }

    [Fact]
    public async Task Openssl_that_goes_on_after_a_bad_verdict_is_one_finding_that_names_all_rows()
    {
        ScanReport report = await ScanAsync((await servers.OpensslOrSkipAsync()).Demanded);

        Finding finding = report.Findings.Where(one => one.Confidence > Confidence.Suspect).ShouldHaveSingleItem(Of(report));
        (finding.Id, finding.Severity).ShouldBe(("MTLS-101", Severity.Critical));
        finding.AlsoMatches.ShouldBe([.. s_unverified, "MTLS-114"]);

        // It verifies no chain, but the handshake's proof it does.
        Passed(report, "MTLS-115", "MTLS-116", "MTLS-117", "MTLS-118");
    }

    [Theory]
    [InlineData("MTLS-101", "(18|48)")]
    [InlineData("MTLS-102", "48")]
    [InlineData("MTLS-103", "(48|51|42)")]
    [InlineData("MTLS-104", "45")]
    [InlineData("MTLS-106", "43")]
    [InlineData("MTLS-115", "51")]
    [InlineData("MTLS-117", "10")]
    public async Task Openssl_that_verifies_says_by_its_alert_what_was_wrong(string rule, string alerts)
    {
        ScanReport report = await ScanAsync((await servers.OpensslOrSkipAsync()).DemandedAndChecked, null, rule);

        Passed(report, rule);
        ImmutableArray<MatrixCell> cells = [.. report.Matrix.Where(cell => cell.Rule == rule)];
        cells.ShouldNotBeEmpty();
        cells.ShouldContain(cell => System.Text.RegularExpressions.Regex.IsMatch(cell.Detail, $@"\b{alerts}\b"), string.Join('\n', cells.Select(cell => cell.Detail)));
    }

    [Fact]
    public async Task Node_with_rejectUnauthorized_false_and_no_look_at_authorized_is_one_finding()
    {
        ScanReport report = await ScanAsync((await servers.NodeOrSkipAsync()).Wrong);

        Finding finding = report.Findings.ShouldHaveSingleItem(Of(report));
        (finding.Id, finding.Severity).ShouldBe(("MTLS-101", Severity.Critical));
        finding.AlsoMatches.ShouldBeSubsetOf([.. s_unverified, "MTLS-114", "MTLS-122"]);
        finding.AlsoMatches.ShouldContain("MTLS-104");
        Passed(report, "MTLS-115", "MTLS-116", "MTLS-117", "MTLS-118");
    }

    [Fact]
    public async Task Node_with_rejectUnauthorized_true_passes()
    {
        ScanReport report = await ScanAsync((await servers.NodeOrSkipAsync()).Right);

        Passed(report, "MTLS-101", "MTLS-102", "MTLS-103", "MTLS-104", "MTLS-105", "MTLS-106", "MTLS-108", "MTLS-109", "MTLS-110", "MTLS-115", "MTLS-116", "MTLS-117", "MTLS-118", "MTLS-120", "MTLS-121");
    }

    [Fact]
    public async Task Haproxy_that_requires_a_certificate_passes_but_for_revocation_without_a_list()
    {
        ScanReport report = await ScanAsync((await servers.HaproxyOrSkipAsync()).Required, servers.Pki.Revoked);

        Passed(report, "MTLS-101", "MTLS-102", "MTLS-103", "MTLS-104", "MTLS-105", "MTLS-106", "MTLS-108", "MTLS-109", "MTLS-110", "MTLS-115", "MTLS-116", "MTLS-117", "MTLS-118", "MTLS-120", "MTLS-121");
        report.Findings.Select(finding => finding.Id).ShouldContain("MTLS-111", Of(report));
        (await ScanAsync((await servers.HaproxyOrSkipAsync()).RequiredWithCrl, servers.Pki.Revoked, "MTLS-111")).Checks.Single().Outcome.ShouldBe("passed");
    }

    [Fact]
    public async Task Apache_that_requires_a_certificate_passes()
    {
        ScanReport report = await ScanAsync((await servers.ApacheOrSkipAsync()).Required);

        Passed(report, "MTLS-101", "MTLS-102", "MTLS-103", "MTLS-104", "MTLS-105", "MTLS-106", "MTLS-109", "MTLS-110", "MTLS-115", "MTLS-116", "MTLS-117", "MTLS-118");
    }

    private static void Passed(ScanReport report, params string[] rows)
    {
        foreach (string row in rows)
        {
            Row(report, row).Outcome.ShouldBe("passed", Of(report));
        }
    }

    private static CheckSummary Row(ScanReport report, string id) => report.Checks.Single(check => check.Id == id);

    private static string Of(ScanReport report) => string.Join('\n', report.Checks.Select(check => $"{check.Id} {check.Outcome} {check.Reason}")
        .Concat(report.Findings.Select(finding => $"{finding.Id}/{finding.Variant} {finding.Confidence} {finding.Identity}: {finding.Observed}")));

    private static Identity Identity(LabIdentity lab) => new()
    {
        Name = lab.Name,
        Chain = [.. lab.Forged.Chain.Select(der => ImmutableArray.Create(der.Span))],
        Key = lab.Forged.Key.Algorithm,
        Values = ImmutableDictionary<string, string>.Empty.Add("name", lab.Name),
    };

    private async Task<ScanReport> ScanAsync(LabEndpoint site, LabIdentity? revoked = null, params string[] only)
    {
        LabPki pki = servers.Pki;
        TargetUrl.TryParse(site.Url.ToString(), out TargetUrl? target, out string? hint).ShouldBeTrue(hint);
        ImmutableArray<Identity> identities = [Identity(pki.Alice), Identity(pki.Bob)];
        ScanRequest request = new()
        {
            Target = target ?? throw new InvalidOperationException("Asserted."),
            ConnectTo = new IPEndPoint(IPAddress.Loopback, site.Port),
            ServerRoots = [[.. pki.ServerCa.Authority.Certificate.Span]],
            ClientAuthority = new() { Certificate = [.. pki.ClientCa.Authority.Certificate.Span], Key = pki.ClientCa.Authority.Key.Algorithm },
            Identities = revoked is null ? identities : identities.Add(Identity(revoked) with { Name = "carol", State = IdentityState.Revoked }),
            Operations = [new() { Method = "GET", PathTemplate = "/profiles/{name}", HasSecurity = true, DemandsMutualTls = true, Parameters = [new("name", "path", true, [])] }],
            HasDescription = true,
            Limits = new() { RequestsPerSecond = 10_000, Connections = 2_000 },
        };
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        ImmutableArray<Check> rows = [.. CheckCatalog.BuiltIn.Where(check => check.Info.Id.StartsWith("MTLS-1", StringComparison.Ordinal) && (only.Length == 0 || only.Contains(check.Info.Id)))];
        return await new Scanner(new ScanSessions(TimeProvider.System), rows, TimeProvider.System).RunAsync(request, null, limit.Token);
    }
}
