using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Certificates;
using Sallyport.Forge;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Server;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Server;

public sealed class ServerCertificateTests(CheckLab lab)
{
    private static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_proper_chain_passes_on_kestrel()
    {
        ScanReport report = await CheckLab.RunAsync(new ServerCertificate(), lab.Request((await lab.KestrelAsync()).Require));
        report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().Reason);
        report.Findings.ShouldBeEmpty();
        report.Facts.ShouldContain(fact => fact.Title == "Server certificate");
    }

    [Fact]
    public async Task A_proper_chain_passes_on_nginx()
    {
        ScanReport report = await CheckLab.RunAsync(new ServerCertificate(), lab.Request((await lab.NginxAsync()).Required));
        report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().Reason);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_a_finding()
    {
        ScanReport report = await CheckLab.RunAsync(new ServerCertificate(), lab.Request((await lab.KestrelAsync()).Require.Named("elsewhere.test")));
        Finding finding = report.Findings.ShouldHaveSingleItem();
        finding.Variant.ShouldBe("name");
        finding.Severity.ShouldBe(Severity.High);
        finding.Observed.ShouldContain("elsewhere.test");
    }

    [Fact]
    public async Task A_chain_to_another_root_is_a_finding_when_the_root_was_given()
    {
        ScanRequest request = lab.Request((await lab.KestrelAsync()).Require) with { ServerRoots = [[.. lab.Pki.ClientCa.Authority.Certificate.Span]] };
        ScanReport report = await CheckLab.RunAsync(new ServerCertificate(), request);
        report.Findings.Select(finding => finding.Variant).ShouldBeSubsetOf(["untrusted", "missing-intermediate"]);
        report.Findings.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Trust_without_a_given_root_is_undecided_and_says_what_to_give()
    {
        ScanRequest request = lab.Request((await lab.KestrelAsync()).Require) with { ServerRoots = [] };
        ScanReport report = await CheckLab.RunAsync(new ServerCertificate(), request);
        report.Findings.ShouldBeEmpty();
        CheckSummary check = report.Checks.Single();
        check.Outcome.ShouldBe("notTested");
        check.Needs.ShouldContain(need => need.Contains("--server-ca"));
    }

    [Fact]
    public async Task A_server_that_says_nothing_leaves_it_undecided()
    {
        await using HostileServer silent = HostileServer.Start(HostileBehaviour.Silence);
        ScanRequest request = lab.Request(silent.Endpoint) with { Limits = new() { ProbeTimeout = TimeSpan.FromMilliseconds(200) } };
        (await CheckLab.RunAsync(new ServerCertificate(), request)).Checks.Single().Outcome.ShouldBe("notTested");
    }

    public static TheoryData<string, string> Defects => new()
    {
        { "expired", "expired" },
        { "future", "not-yet-valid" },
        { "rsa1024", "weak-key" },
        { "sha1", "weak-signature" },
        { "client-only", "usage" },
        { "other-name", "name" },
    };

    [Theory]
    [MemberData(nameof(Defects))]
    public void Names_the_one_defect_of_a_chain(string defect, string variant)
    {
        CertificateProfile leaf = Profile(Mint(defect));
        ServerChainJudge.Judge([leaf, Profile(lab.Pki.ServerCa.Authority.Certificate)], "localhost", s_now, stapled: null)
            .Select(seen => seen.Variant).ShouldBe([variant]);
    }

    [Fact]
    public void A_proper_chain_has_no_defect() =>
        ServerChainJudge.Judge([Profile(Mint("none")), Profile(lab.Pki.ServerCa.Authority.Certificate)], "localhost", s_now, stapled: null).ShouldBeEmpty();

    [Fact]
    public void A_chain_in_the_wrong_order_is_seen() =>
        ServerChainJudge.Judge([Profile(Mint("none")), Profile(lab.Pki.ClientCa.Authority.Certificate)], "localhost", s_now, stapled: null)
            .Select(seen => seen.Variant).ShouldBe(["order"]);

    [Theory]
    [InlineData("api.example.test", true)]
    [InlineData("API.example.test", true)]
    [InlineData("a.b.example.test", false)]
    [InlineData("example.test", false)]
    [InlineData("192.0.2.1", true)]
    [InlineData("192.0.2.2", false)]
    public void Reads_names_as_clients_must(string host, bool named)
    {
        LabIdentity identity = lab.Pki.ServerFor("*.example.test", "192.0.2.1");
        ServerChainJudge.NamesHost(Profile(identity.Forged.Leaf), host).ShouldBe(named);
    }

    [Fact]
    public void A_wildcard_right_below_the_root_names_nobody()
    {
        LabIdentity identity = lab.Pki.ServerFor("*.test");
        ServerChainJudge.NamesHost(Profile(identity.Forged.Leaf), "example.test").ShouldBeFalse();
    }

    private ReadOnlyMemory<byte> Mint(string defect)
    {
        LabIdentity identity = lab.Pki.ServerWith(
            spec => defect switch
            {
                "expired" => spec with { NotBefore = s_now.AddDays(-60), NotAfter = s_now.AddDays(-1) },
                "future" => spec with { NotBefore = s_now.AddDays(30), NotAfter = s_now.AddDays(60) },
                "rsa1024" => spec with { Key = ForgeKey.Rsa(1024) },
                "sha1" => spec with { Signature = CertificateSignature.EcdsaSha1 },
                "client-only" => spec with { ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.2"] },
                _ => spec,
            },
            defect == "other-name" ? "elsewhere.test" : "localhost");
        return identity.Forged.Leaf.ToArray();
    }

    private static CertificateProfile Profile(ReadOnlyMemory<byte> der)
    {
        CertificateProfile.TryRead(der.Span, out CertificateProfile? profile, out CertificateDefect? defect).ShouldBeTrue(defect?.ToString());
        return profile!; // asserted
    }
}
