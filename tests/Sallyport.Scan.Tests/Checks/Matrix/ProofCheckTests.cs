using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Tls;

namespace Sallyport.Scan.Tests.Checks.Matrix;

/// <summary>The rows about the handshake's proof, on servers with the flaws of published bugs.</summary>
public sealed class ProofCheckTests(CheckLab lab)
{
    [Theory]
    [InlineData(ServerFlaw.AcceptWrongSignature, "MTLS-115", "MTLS-118")]
    [InlineData(ServerFlaw.AcceptOmittedCertificateVerify, "MTLS-116")]
    [InlineData(ServerFlaw.AcceptOmittedCertificate, "MTLS-117")]
    public async Task A_server_with_the_flaw_is_one_critical_finding(ServerFlaw flaw, string id, params string[] also)
    {
        foreach (TlsVersion version in (TlsVersion[])[TlsVersion.Tls13, TlsVersion.Tls12])
        {
            ScanReport report = await RunAsync(flaw, ClientCertificatePolicy.Required, version);

            Finding finding = report.Findings.ShouldHaveSingleItem($"{version}: {MatrixScan.Of(report)}");
            (finding.Id, finding.Severity).ShouldBe((id, Severity.Critical));
            finding.AlsoMatches.ShouldBeSubsetOf(also);
            finding.Evidence[^1].Transcript.ShouldNotBeEmpty();
        }
    }

    [Fact]
    public async Task A_server_that_believes_the_label_of_a_signature_is_MTLS_118()
    {
        ScanReport report = await RunAsync(ServerFlaw.AcceptAnyScheme, ClientCertificatePolicy.Required, TlsVersion.Tls13);

        report.Findings.SelectMany(finding => finding.AlsoMatches.Append(finding.Id)).ShouldContain("MTLS-118", MatrixScan.Of(report));
        report.Findings.ShouldAllBe(finding => finding.Severity == Severity.Critical);
    }

    [Theory]
    [InlineData(ServerFlaw.AcceptFinishedAlone, "failed")]
    [InlineData(ServerFlaw.None, "passed")]
    public async Task A_late_request_that_Finished_alone_satisfies_is_MTLS_119(ServerFlaw flaw, string outcome)
    {
        foreach (TlsVersion version in (TlsVersion[])[TlsVersion.Tls13, TlsVersion.Tls12])
        {
            ScanReport report = await RunAsync(flaw, ClientCertificatePolicy.AfterRequest, version);

            report.Checks.Single(check => check.Id == "MTLS-119").Outcome.ShouldBe(outcome, $"{version}: {MatrixScan.Of(report)}");
            report.Checks.Single(check => check.Id == "MTLS-117").Outcome.ShouldBe("notApplicable");
            report.Findings.Select(finding => finding.Id).ShouldBe(outcome == "failed" ? ["MTLS-119"] : []);
        }
    }

    [Theory]
    [InlineData(TlsVersion.Tls13)]
    [InlineData(TlsVersion.Tls12)]
    public async Task A_server_without_flaws_passes(TlsVersion version)
    {
        ScanReport report = await RunAsync(ServerFlaw.None, ClientCertificatePolicy.Required, version);

        report.Findings.ShouldBeEmpty(MatrixScan.Of(report));
        report.Checks.Where(check => check.Id != "MTLS-119").ShouldAllBe(check => check.Outcome == "passed");
        report.Checks.Single(check => check.Id == "MTLS-119").Outcome.ShouldBe("notApplicable");
    }

    [Fact]
    public async Task Where_no_certificate_is_needed_leaving_it_out_gains_nothing()
    {
        ScanReport report = await RunAsync(ServerFlaw.AcceptOmittedCertificate, ClientCertificatePolicy.Optional, TlsVersion.Tls13);

        report.Checks.Single(check => check.Id == "MTLS-117").Outcome.ShouldBe("notApplicable", MatrixScan.Of(report));
    }

    private async Task<ScanReport> RunAsync(ServerFlaw flaws, ClientCertificatePolicy policy, params TlsVersion[] versions)
    {
        await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript
        {
            Versions = [.. versions],
            Certificate = lab.Pki.Server,
            Flaws = flaws,
            Sites = [new ServerSite { Name = "localhost", Policy = policy, ClientRoots = [lab.Pki.ClientCa], Marker = LabApi.Mark("scripted") }],
        });
        ScanRequest request = MatrixScan.Request(lab, new LabEndpoint("scripted", server.Port), lab.Pki.Alice);
        return await MatrixScan.RunAsync(request, "MTLS-115", "MTLS-116", "MTLS-117", "MTLS-118", "MTLS-119");
    }
}
