using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Forge;
using Sallyport.Lab.Pki;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Matrix;

/// <summary>The rows of the server's own certificate, of names that are code, and of oversize chains.</summary>
public sealed class UnusualRowsTests(CheckLab lab)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(700);

    [Fact]
    public async Task The_servers_own_certificate_that_is_served_is_MTLS_124()
    {
        await using PolicyServer server = PolicyServer.Start(lab, Trusting, static (_, path) => PolicyServer.ToOwner(path.Split('/')[^1], path));

        ScanReport report = await MatrixScan.RunAsync(WithServerKey(server), "MTLS-124");

        Finding finding = report.Findings.ShouldHaveSingleItem(MatrixScan.Of(report));
        (finding.Id, finding.Severity, finding.Confidence).ShouldBe(("MTLS-124", Severity.Medium, Confidence.Confirmed));
    }

    [Fact]
    public async Task The_servers_own_certificate_whose_name_alone_is_refused_is_a_suspicion()
    {
        await using PolicyServer server = PolicyServer.Start(lab, Trusting);

        ScanReport report = await MatrixScan.RunAsync(WithServerKey(server), "MTLS-124");

        report.Findings.ShouldHaveSingleItem(MatrixScan.Of(report)).Confidence.ShouldBe(Confidence.Suspect);
    }

    [Fact]
    public async Task The_servers_own_certificate_that_is_refused_passes_MTLS_124()
    {
        await using PolicyServer server = PolicyServer.Start(lab);

        (await MatrixScan.RunAsync(WithServerKey(server), "MTLS-124")).Checks.Single().Outcome.ShouldBe("passed");
    }

    [Fact]
    public async Task A_server_certificate_of_the_client_CA_that_allows_clientAuth_is_a_suspicion_without_its_key()
    {
        LabIdentity both = lab.Pki.Client("localhost", spec => spec with
        {
            SubjectAltNames = [new GeneralName.Dns("localhost")],
            ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"],
        });
        await using PolicyServer server = PolicyServer.Start(lab, certificate: both);
        ScanRequest request = MatrixScan.Request(lab, server.Endpoint) with { ServerRoots = [[.. lab.Pki.ClientCa.Authority.Certificate.Span]] };

        Finding finding = (await MatrixScan.RunAsync(request, "MTLS-124")).Findings.ShouldHaveSingleItem();

        (finding.Id, finding.Confidence).ShouldBe(("MTLS-124", Confidence.Suspect));
    }

    [Fact]
    public async Task Names_that_are_only_names_pass_MTLS_125_and_say_what_to_look_for_in_logs()
    {
        await using PolicyServer server = PolicyServer.Start(lab);

        ScanReport report = await MatrixScan.RunAsync(Intrusive(server), "MTLS-125");

        report.Checks.Single().Outcome.ShouldBe("passed", MatrixScan.Of(report));
        report.Facts.ShouldContain(fact => fact.Id == "MTLS-125" && fact.Value.Contains("sallyport-canary", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_that_changes_a_filter_is_MTLS_125()
    {
        // As a directory reads (&(cn=NAME)(…)): the first value ends at the bracket.
        Finding finding = await InjectedAsync((shown, path) => PolicyServer.ToOwner(shown.DnsNames is ["alice.client.test"] ? "alice" : shown.CommonName.Split(')')[0], path));

        (finding.Id, finding.Variant, finding.Severity).ShouldBe(("MTLS-125", "ldap-cn", Severity.High));
    }

    [Fact]
    public async Task A_name_that_comes_back_as_a_header_is_MTLS_125()
    {
        Finding finding = await InjectedAsync((shown, path) => PolicyServer.ToOwner(shown.Account, path) with { Headers = $"X-User: {shown.CommonName}\r\n" });

        (finding.Variant, finding.Confidence).ShouldBe(("header-cn", Confidence.Confirmed));
    }

    [Fact]
    public async Task A_name_over_which_the_server_fails_is_a_suspicion()
    {
        Finding finding = await InjectedAsync((shown, path) => shown.CommonName.Contains('\'', StringComparison.Ordinal) ? new(500, "{}") : PolicyServer.ToOwner(shown.Account, path));

        (finding.Variant, finding.Confidence).ShouldBe(("sql-cn", Confidence.Suspect));
    }

    [Fact]
    public async Task An_address_that_is_called_is_MTLS_125()
    {
        // What the platform does by itself: it looks for a missing issuer before anybody asks the callback.
        await using PolicyServer server = PolicyServer.Start(lab, downloads: true);

        ScanReport report = await MatrixScan.RunAsync(Intrusive(server), "MTLS-125");

        Finding finding = report.Findings.ShouldHaveSingleItem(MatrixScan.Of(report));
        (finding.Variant, finding.Severity, finding.Confidence).ShouldBe(("aia", Severity.Medium, Confidence.Confirmed));
    }

    [Fact]
    public async Task An_oversize_chain_that_is_refused_at_once_passes_MTLS_126()
    {
        await using PolicyServer server = PolicyServer.Start(lab);

        // Nobody waits for this server: the patience is for a busy machine.
        ScanRequest request = Intrusive(server) with { Limits = new() { RequestsPerSecond = 10_000, ProbeTimeout = TimeSpan.FromSeconds(30) } };

        ScanReport report = await MatrixScan.RunAsync(request, "MTLS-126");

        report.Checks.Single().Outcome.ShouldBe("passed", MatrixScan.Of(report));
        report.Checks.Single().Passed.ShouldBe(2);
    }

    [Fact]
    public async Task An_oversize_chain_that_keeps_the_server_busy_is_MTLS_126()
    {
        using ManualResetEventSlim never = new();
        await using PolicyServer server = PolicyServer.Start(lab, shown =>
        {
            // Stands for the path builder that tries every order.
            bool busy = shown.Rest.Length > 50 && !never.Wait(TimeSpan.FromSeconds(3));
            return !busy && shown.IsRight(lab.Pki);
        });
        ScanRequest request = Intrusive(server) with { Limits = new() { RequestsPerSecond = 10_000 } };

        ScanReport report = await MatrixScan.RunAsync(request, "MTLS-126");

        report.Findings.Select(finding => (finding.Id, finding.Variant, finding.Severity)).ShouldBe([("MTLS-126", "deep", Severity.Low), ("MTLS-126", "flat", Severity.Low)], MatrixScan.Of(report));
    }

    [Fact]
    public async Task A_server_that_has_become_slow_with_every_certificate_is_not_worn_out_by_a_chain()
    {
        using ManualResetEventSlim never = new();
        bool busy = false;
        await using PolicyServer server = PolicyServer.Start(lab, shown =>
        {
            // Another client keeps it busy from the first chain on.
            busy |= shown.Rest.Length > 50;
            return shown.IsRight(lab.Pki) || (busy && never.Wait(TimeSpan.FromSeconds(1.5)));
        });
        ScanRequest request = Intrusive(server) with { Limits = new() { RequestsPerSecond = 10_000 } };

        ScanReport report = await MatrixScan.RunAsync(request, "MTLS-126");

        report.Findings.ShouldBeEmpty(MatrixScan.Of(report));
        report.Checks.Single().Outcome.ShouldBe("notTested", MatrixScan.Of(report));
    }

    [Fact]
    public async Task Rows_that_inject_run_in_intrusive_mode_only()
    {
        await using PolicyServer server = PolicyServer.Start(lab);

        ScanReport report = await MatrixScan.RunAsync(MatrixScan.Request(lab, server.Endpoint) with { Mode = ScanMode.Active }, "MTLS-125", "MTLS-126");

        report.Checks.ShouldAllBe(check => check.Outcome == "notTested" && check.Needs.Contains("--mode intrusive"));
    }

    private bool Trusting(Shown shown) => shown.IsRight(lab.Pki) || shown.Leaf.IssuerName.RawData.AsSpan().SequenceEqual(lab.Pki.ServerCa.Certificate.SubjectName.RawData);

    private ScanRequest WithServerKey(PolicyServer server)
    {
        ScanRequest request = MatrixScan.Request(lab, server.Endpoint);
        return request with { Identities = request.Identities.Add(CheckLab.Identity(lab.Pki.Server) with { Name = "server" }) };
    }

    private ScanRequest Intrusive(PolicyServer server) => MatrixScan.Request(lab, server.Endpoint) with
    {
        Mode = ScanMode.Intrusive,
        Limits = new() { RequestsPerSecond = 10_000, ProbeTimeout = s_patience },
    };

    private async Task<Finding> InjectedAsync(Func<Shown, string, PolicyServer.Reply> answers)
    {
        await using PolicyServer server = PolicyServer.Start(lab, answers: answers);
        ScanReport report = await MatrixScan.RunAsync(Intrusive(server), "MTLS-125");
        return report.Findings.ShouldHaveSingleItem(MatrixScan.Of(report));
    }
}
