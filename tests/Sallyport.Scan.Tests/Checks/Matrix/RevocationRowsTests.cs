using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Servers;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Tls;

namespace Sallyport.Scan.Tests.Checks.Matrix;

public sealed class RevocationRowsTests(CheckLab lab)
{
    [Fact]
    public async Task A_revoked_certificate_that_is_served_is_MTLS_111()
    {
        ScanReport report = await RunAsync(lab.Pki.Revoked, checksRevocation: false);

        Finding finding = report.Findings.ShouldHaveSingleItem(MatrixScan.Of(report));
        (finding.Id, finding.Severity, finding.Confidence).ShouldBe(("MTLS-111", Severity.High, Confidence.Firm));
        report.Checks[1].Outcome.ShouldBe("notApplicable");
        report.Matrix.ShouldContain(cell => cell.Rule == "MTLS-111" && cell.Verdict == "accepted" && cell.Expected == false);
    }

    [Fact]
    public async Task With_a_responder_in_the_certificate_MTLS_112_sees_the_same()
    {
        ScanReport report = await RunAsync(OfOcsp(), checksRevocation: false);

        report.Findings.ShouldHaveSingleItem(MatrixScan.Of(report)).AlsoMatches.ShouldBe(["MTLS-112"]);
    }

    [Fact]
    public async Task A_revoked_certificate_that_is_refused_passes_both()
    {
        ScanReport report = await RunAsync(OfOcsp(), checksRevocation: true);

        report.Checks.Select(check => check.Outcome).ShouldBe(["passed", "passed"], MatrixScan.Of(report));
    }

    [Fact]
    public async Task A_revoked_identity_without_the_token_that_the_others_have_is_undecided()
    {
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Pki.Server, context =>
        {
            bool known = context.Request.Path == "/profiles/alice" && context.Request.Headers.Authorization == "Bearer token-of-alice";
            context.Response.StatusCode = known ? 200 : 401;
            return known ? context.Response.WriteAsync(LabApi.Profile("alice")) : Task.CompletedTask;
        });
        ScanRequest request = MatrixScan.Request(lab, server.Endpoint, lab.Pki.Alice);
        Identity alice = request.Identities[0] with { Token = new Secret("token-of-alice") };
        Identity revoked = CheckLab.Identity(lab.Pki.Bob) with { State = IdentityState.Revoked };

        ScanReport report = await MatrixScan.RunAsync(request with { Identities = [alice, revoked] }, "MTLS-111");

        report.Checks.Single().Outcome.ShouldBe("notTested", MatrixScan.Of(report));
        report.Checks.Single().Needs.Single().ShouldContain("token");
    }

    [Fact]
    public async Task A_revoked_identity_that_could_not_be_asked_at_its_own_resource_is_undecided()
    {
        LabIdentity bob = lab.Pki.Bob;
        await using PolicyServer server = PolicyServer.Start(lab);
        ScanRequest request = MatrixScan.Request(lab, server.Endpoint, lab.Pki.Alice);
        Identity nameless = CheckLab.Identity(bob) with { State = IdentityState.Revoked, Values = ImmutableDictionary<string, string>.Empty };

        ScanReport report = await MatrixScan.RunAsync(request with { Identities = request.Identities.Add(nameless) }, "MTLS-111");

        report.Checks.Single().Outcome.ShouldBe("notTested", MatrixScan.Of(report));
        report.Checks.Single().Needs.Single().ShouldContain("values");
    }

    [Fact]
    public async Task A_revoked_certificate_that_is_refused_for_another_issuer_or_its_dates_is_undecided()
    {
        await using PolicyServer server = PolicyServer.Start(lab);
        ScanRequest request = MatrixScan.Request(lab, server.Endpoint, lab.Pki.Alice);
        foreach ((LabIdentity refused, string why) in ((LabIdentity, string)[])[(lab.Pki.Other, "issuer"), (lab.Pki.Expired, "dates")])
        {
            Identity carol = CheckLab.Identity(refused) with { Name = "carol", State = IdentityState.Revoked };

            ScanReport report = await MatrixScan.RunAsync(request with { Identities = request.Identities.Add(carol) }, "MTLS-111");

            report.Checks.Single().Outcome.ShouldBe("notTested", MatrixScan.Of(report));
            report.Checks.Single().Reason.ShouldNotBeNull().ShouldContain(why);
        }
    }

    [Fact]
    public async Task A_refusal_at_a_path_written_out_for_another_account_proves_no_revocation()
    {
        await using PolicyServer server = PolicyServer.Start(lab);
        ScanRequest request = MatrixScan.Request(lab, server.Endpoint, lab.Pki.Alice);
        Identity bob = CheckLab.Identity(lab.Pki.Bob) with { State = IdentityState.Revoked };
        Operation written = new() { Method = "GET", PathTemplate = "/profiles/alice", DeclaredProtected = true };

        ScanReport report = await MatrixScan.RunAsync(request with { Operations = [written], Identities = request.Identities.Add(bob) }, "MTLS-111");

        report.Checks.Single().Outcome.ShouldBe("notTested", MatrixScan.Of(report));
    }

    [Theory]
    [InlineData(TlsVersion.Tls13)]
    [InlineData(TlsVersion.Tls12)]
    public async Task A_ticket_that_outlives_the_revocation_is_MTLS_113_and_the_identity_comes_back(TlsVersion version)
    {
        using Folder folder = new();
        string flag = System.IO.Path.Combine(folder.Path, "revoked");
        byte[] dave = Dave.Forged.Leaf.ToArray();
        await using ScriptedTlsServer server = Scripted(version, tickets: 2, leaf => !(File.Exists(flag) && leaf.AsSpan().SequenceEqual(dave)));

        ScanReport report = await MatrixScan.RunAsync(Revocable(new LabEndpoint("scripted", server.Port), flag), "MTLS-113");

        Finding finding = report.Findings.ShouldHaveSingleItem(MatrixScan.Of(report));
        (finding.Id, finding.Severity).ShouldBe(("MTLS-113", Severity.High));
        File.Exists(flag).ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_that_looks_again_when_a_ticket_comes_back_passes_MTLS_113()
    {
        using Folder folder = new();
        string flag = System.IO.Path.Combine(folder.Path, "revoked");
        byte[] dave = Dave.Forged.Leaf.ToArray();
        await using PolicyServer server = PolicyServer.Start(lab, shown => shown.IsRight(lab.Pki) && !(File.Exists(flag) && shown.Leaf.RawData.AsSpan().SequenceEqual(dave)));

        ScanReport report = await MatrixScan.RunAsync(Revocable(server.Endpoint, flag), "MTLS-113");

        report.Checks.Single().Outcome.ShouldBe("passed", MatrixScan.Of(report));
        File.Exists(flag).ShouldBeFalse();
    }

    [Fact]
    public async Task Without_tickets_there_is_nothing_to_outlive()
    {
        using Folder folder = new();
        await using ScriptedTlsServer server = Scripted(TlsVersion.Tls13, tickets: 0, leaf => leaf.Length > 0);

        ScanReport report = await MatrixScan.RunAsync(Revocable(new LabEndpoint("scripted", server.Port), System.IO.Path.Combine(folder.Path, "revoked")), "MTLS-113");

        report.Checks.Single().Outcome.ShouldBe("notApplicable", MatrixScan.Of(report));
    }

    [Fact]
    public async Task A_hook_that_fails_leaves_MTLS_113_open()
    {
        using Folder folder = new();
        await using ScriptedTlsServer server = Scripted(TlsVersion.Tls13, tickets: 2, leaf => leaf.Length > 0);
        ScanRequest request = Revocable(new LabEndpoint("scripted", server.Port), System.IO.Path.Combine(folder.Path, "absent", "revoked"));

        ScanReport report = await MatrixScan.RunAsync(request, "MTLS-113");

        report.Checks.Single().Outcome.ShouldBe("notTested", MatrixScan.Of(report));
        report.Checks.Single().Reason.ShouldNotBeNull().ShouldContain("could not be revoked");
    }

    private LabIdentity Dave => lab.Pki.Root;

    private LabIdentity OfOcsp() => lab.Pki.Client("alice", spec => spec with { OcspUrls = ["http://127.0.0.1:9/ocsp"] });

    private async Task<ScanReport> RunAsync(LabIdentity revoked, bool checksRevocation)
    {
        byte[] listed = revoked.Forged.Leaf.ToArray();
        await using PolicyServer server = PolicyServer.Start(lab, shown => shown.IsRight(lab.Pki) && !(checksRevocation && shown.Leaf.RawData.AsSpan().SequenceEqual(listed)));
        ScanRequest request = MatrixScan.Request(lab, server.Endpoint, lab.Pki.Alice);
        Identity carol = CheckLab.Identity(revoked) with { Name = "carol", State = IdentityState.Revoked };
        return await MatrixScan.RunAsync(request with { Identities = request.Identities.Add(carol) }, "MTLS-111", "MTLS-112");
    }

    private ScriptedTlsServer Scripted(TlsVersion version, int tickets, Func<byte[], bool> admits) => ScriptedTlsServer.Start(new ServerScript
    {
        Versions = [version],
        Certificate = lab.Pki.Server,
        Tickets = tickets,
        Sites = [new ServerSite { Name = "localhost", Policy = ClientCertificatePolicy.Required, ClientRoots = [lab.Pki.ClientCa], Marker = LabApi.Mark("scripted"), Admits = admits }],
    });

    private ScanRequest Revocable(LabEndpoint site, string flag)
    {
        ScanRequest request = MatrixScan.Request(lab, site, lab.Pki.Alice);
        Identity dave = CheckLab.Identity(Dave) with { Name = "dave", State = IdentityState.Revocable, Disposable = true };
        return request with
        {
            Identities = request.Identities.Add(dave),
            Mode = ScanMode.Intrusive,
            AllowHooks = true,
            Hooks = new() { Revoke = ["touch", flag], Restore = ["rm", "-f", flag] },
        };
    }

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("sallyport-revoked-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
