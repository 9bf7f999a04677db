using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Forge;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Servers;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Tls;

namespace Sallyport.Scan.Tests.Checks.Matrix;

public sealed class HardenedServerTests(CheckLab lab)
{
    [Fact]
    public async Task A_strict_server_passes_every_row_that_applies()
    {
        await using PolicyServer server = PolicyServer.Start(lab);

        ScanReport report = await MatrixScan.RunAsync(MatrixScan.Request(lab, server.Endpoint));

        report.Findings.ShouldBeEmpty(MatrixScan.Of(report));
        Dictionary<string, string> expected = Enumerable.Range(101, 26).ToDictionary(number => $"MTLS-{number}", _ => "passed");
        foreach (string needsMore in (string[])["MTLS-111", "MTLS-112", "MTLS-113", "MTLS-124", "MTLS-125", "MTLS-126"])
        {
            expected[needsMore] = "notTested";
        }

        expected["MTLS-119"] = "notApplicable";
        report.Checks.ToDictionary(check => check.Id, check => check.Outcome).ShouldBe(expected, MatrixScan.Of(report));
        report.Checks.Where(check => check.Outcome == "notTested").ShouldAllBe(check => !check.Needs.IsEmpty);
        report.MintedSerials.ShouldNotBeEmpty();
        report.Connections.ShouldBeLessThan(100, MatrixScan.Of(report));
    }

    [Fact]
    public async Task Each_identity_stands_in_the_matrix_at_the_protected_operation()
    {
        await using PolicyServer server = PolicyServer.Start(lab);

        ScanReport report = await MatrixScan.RunAsync(MatrixScan.Request(lab, server.Endpoint), "MTLS-101", "MTLS-104", "MTLS-115");

        report.Matrix.ShouldContain(cell => cell.Rule == "MTLS-101" && cell.Operation == "GET /profiles/{name}" && cell.Verdict == "rejected" && cell.Expected == true);
        report.Matrix.Count(cell => cell.Rule == "MTLS-104").ShouldBe(1);
        report.Matrix.Count(cell => cell.Rule == "MTLS-115").ShouldBe(4);
        report.Matrix.ShouldContain(cell => cell.Identity == "alice" && cell.Verdict == "accepted" && cell.Expected == true);
    }

    [Fact]
    public async Task Without_the_key_of_the_CA_the_rows_that_need_it_say_so()
    {
        await using PolicyServer server = PolicyServer.Start(lab);

        ScanReport report = await MatrixScan.RunAsync(MatrixScan.Request(lab, server.Endpoint) with { ClientAuthority = null });

        report.Findings.ShouldBeEmpty(MatrixScan.Of(report));
        report.MintedSerials.ShouldBeEmpty();
        foreach (string id in (string[])["MTLS-104", "MTLS-105", "MTLS-106", "MTLS-107", "MTLS-108", "MTLS-110", "MTLS-114", "MTLS-122", "MTLS-123"])
        {
            CheckSummary row = report.Checks.Single(check => check.Id == id);
            row.Outcome.ShouldBe("notTested", row.ToString());
            row.Needs.ShouldContain(need => need.Contains("--client-ca-key", StringComparison.Ordinal));
        }

        report.Checks.Single(check => check.Id == "MTLS-101").Outcome.ShouldBe("passed");
        report.Checks.Single(check => check.Id == "MTLS-103").Outcome.ShouldBe("passed");
    }

    [Fact]
    public async Task A_control_that_is_refused_leaves_the_rows_of_the_CA_open()
    {
        // Accounts are found by the certificate itself: no copy can be anybody, right or wrong.
        await using PolicyServer server = PolicyServer.Start(lab, answers: (shown, path) =>
            PolicyServer.ToOwner(shown.Leaf.RawData.AsSpan().SequenceEqual(lab.Pki.Alice.Certificate.RawData) ? "alice" : null, path));

        ScanReport report = await MatrixScan.RunAsync(MatrixScan.Request(lab, server.Endpoint, lab.Pki.Alice), "MTLS-101", "MTLS-104", "MTLS-110", "MTLS-122");

        report.Checks.Select(check => check.Outcome).ShouldBe(["passed", "notTested", "notTested", "notTested"], MatrixScan.Of(report));
        report.Checks[1].Reason.ShouldNotBeNull().ShouldContain("control minted under the given CA");
    }

    [Theory]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(302)]
    public async Task A_server_that_answers_others_with_anything_but_a_refusal_is_undecided(int status)
    {
        await using PolicyServer server = PolicyServer.Start(
            lab,
            shown => shown.Leaf.RawData.Length > 0,
            (shown, path) => shown.Leaf.RawData.AsSpan().SequenceEqual(lab.Pki.Alice.Certificate.RawData) ? PolicyServer.ToOwner("alice", path) : new(status, "{}"));

        ScanReport report = await MatrixScan.RunAsync(MatrixScan.Request(lab, server.Endpoint) with { Identities = [CheckLab.Identity(lab.Pki.Alice)] });

        report.Findings.ShouldBeEmpty(MatrixScan.Of(report));
        report.Checks.Where(check => check.Outcome == "passed").Select(check => check.Id)
            .ShouldBeSubsetOf(["MTLS-115", "MTLS-116", "MTLS-117", "MTLS-118", "MTLS-120"], MatrixScan.Of(report));
    }

    [Fact]
    public async Task A_server_that_refuses_the_valid_identity_too_leaves_everything_open()
    {
        ScanReport report = await MatrixScan.RunAsync(MatrixScan.Request(lab, (await lab.KestrelAsync()).Require, lab.Pki.Other));

        report.Findings.ShouldBeEmpty();
        report.Checks.ShouldAllBe(check => check.Outcome == "notTested");
    }

    [Fact]
    public async Task A_key_of_a_kind_that_the_server_takes_no_signatures_of_proves_nothing()
    {
        using ForgeKey rsa = ForgeKey.Rsa(2048);
        LabIdentity alice = lab.Pki.Client("alice", spec => spec with { Key = rsa });
        ServerSite site = new() { Name = "localhost", Policy = ClientCertificatePolicy.Required, ClientRoots = [lab.Pki.ClientCa], Marker = LabApi.Mark("scripted") };
        ServerScript script = new() { Certificate = lab.Pki.Server, Sites = [site] };
        await using ScriptedTlsServer onlyRsa = ScriptedTlsServer.Start(script with { ClientSchemes = [SignatureScheme.RsaPssRsaeSha256, SignatureScheme.RsaPkcs1Sha256] });
        await using ScriptedTlsServer onlyEcdsa = ScriptedTlsServer.Start(script with { ClientSchemes = [SignatureScheme.EcdsaSecp256R1Sha256] });

        ScanReport report = await MatrixScan.RunAsync(MatrixScan.Request(lab, new LabEndpoint("rsa", onlyRsa.Port), alice), "MTLS-101", "MTLS-103", "MTLS-115");
        ScanReport other = await MatrixScan.RunAsync(MatrixScan.Request(lab, new LabEndpoint("ecdsa", onlyEcdsa.Port), lab.Pki.Alice), "MTLS-101", "MTLS-114");

        report.Checks.Select(check => check.Outcome).ShouldBe(["notTested", "notTested", "passed"], MatrixScan.Of(report));
        other.Checks[0].Outcome.ShouldBe("passed", MatrixScan.Of(other));
        other.Checks[1].NotTested.ShouldBe(1, MatrixScan.Of(other));
    }

    [Fact]
    public async Task Where_nobody_is_refused_and_nothing_declared_a_bad_certificate_weighs_no_more_than_medium()
    {
        await using ScriptedTlsServer open = ScriptedTlsServer.Start(new ServerScript
        {
            Certificate = lab.Pki.Server,
            Flaws = ServerFlaw.AcceptUntrustedChain,
            Sites = [new ServerSite { Name = "localhost", Policy = ClientCertificatePolicy.Optional, ClientRoots = [lab.Pki.ClientCa], Marker = LabApi.Mark("scripted") }],
        });
        ScanRequest declared = MatrixScan.Request(lab, new LabEndpoint("open", open.Port), lab.Pki.Alice);
        ScanRequest undeclared = declared with { Operations = [CheckLab.Profiles with { HasSecurity = false, DemandsMutualTls = false }], HasDescription = false };

        Finding serious = (await MatrixScan.RunAsync(declared, "MTLS-101")).Findings.ShouldHaveSingleItem();
        Finding mild = (await MatrixScan.RunAsync(undeclared, "MTLS-101")).Findings.ShouldHaveSingleItem();

        (serious.Severity, serious.Confidence).ShouldBe((Severity.Critical, Confidence.Firm));
        (mild.Severity, mild.Confidence).ShouldBe((Severity.Medium, Confidence.Firm));
    }

    [Theory]
    [InlineData(HostileBehaviour.Garbage)]
    [InlineData(HostileBehaviour.CloseAtOnce)]
    [InlineData(HostileBehaviour.Silence)]
    public async Task A_server_that_cannot_be_surveyed_leaves_everything_open(HostileBehaviour behaviour)
    {
        await using HostileServer hostile = HostileServer.Start(behaviour);
        ScanRequest request = MatrixScan.Request(lab, hostile.Endpoint) with { Limits = new() { ProbeTimeout = TimeSpan.FromMilliseconds(300) } };

        ScanReport report = await MatrixScan.RunAsync(request);

        report.SurveyFailure.ShouldNotBeNull();
        report.Checks.ShouldAllBe(check => check.Outcome == "notTested");
    }

    [Fact]
    public async Task A_server_that_asks_for_no_certificate_has_no_matrix()
    {
        ScanReport report = await MatrixScan.RunAsync(MatrixScan.Request(lab, (await lab.KestrelAsync()).Off));

        report.Findings.ShouldBeEmpty(MatrixScan.Of(report));
        report.Checks.ShouldAllBe(check => check.Outcome == "notApplicable");
        report.Checks.ShouldAllBe(check => check.Reason != null);
    }

    [Fact]
    public async Task Kestrel_with_a_chain_policy_shows_what_the_platform_leaves_out_and_nothing_else()
    {
        ScanReport report = await MatrixScan.RunAsync(MatrixScan.Request(lab, (await lab.KestrelAsync()).Require));

        // Accounts by common name, any strength, a certificate without usage: the site's own choices and the platform's.
        report.Findings.Select(finding => finding.Id).ShouldBe(["MTLS-122", "MTLS-114", "MTLS-114", "MTLS-107"], MatrixScan.Of(report));
        report.Checks.Where(check => check.Id is "MTLS-101" or "MTLS-102" or "MTLS-103" or "MTLS-104" or "MTLS-106" or "MTLS-109" or "MTLS-110" or "MTLS-115" or "MTLS-120" or "MTLS-121")
            .ShouldAllBe(check => check.Outcome == "passed");
    }

    [Fact]
    public void Every_row_of_the_matrix_is_there_once_and_complete()
    {
        MatrixScan.Rows.Select(row => row.Info.Id).ShouldBe(Enumerable.Range(101, 26).Select(number => $"MTLS-{number}"));
        foreach (CheckInfo rule in MatrixScan.Rows.Select(row => row.Info))
        {
            rule.Severity.ShouldNotBeNull();
            rule.Why.Length.ShouldBeGreaterThan(150, rule.Id);
            rule.How.Length.ShouldBeGreaterThan(100, rule.Id);
            rule.Sources.ShouldNotBeEmpty(rule.Id);
            rule.Remedies[0].Stack.ShouldBeNull(rule.Id);
            rule.Standards.Cwe.ShouldNotBeEmpty(rule.Id);
            rule.Standards.Asvs.ShouldNotBeEmpty(rule.Id);
        }
    }
}
