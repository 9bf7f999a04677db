using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Forge;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Enforcement;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Enforcement;

public sealed class PublicAuthoritiesTests(CheckLab lab)
{
    private static readonly string[] s_roots =
    [
        "CN=DigiCert Global Root G2, O=DigiCert Inc", "CN=ISRG Root X1, O=Internet Security Research Group", "CN=GlobalSign Root R46, O=GlobalSign nv-sa",
        "CN=Amazon Root CA 1, O=Amazon", "CN=GTS Root R1, O=Google Trust Services LLC", "CN=Entrust Root, O=Entrust Inc.",
    ];

    [Fact]
    public async Task A_server_that_names_a_whole_root_program_fails()
    {
        await using HandlerServer server = await HandlerServer.StartAsync(
            (_, _) => HandlerServer.Options(lab.Pki.Server, ask: true, NamedAuthorities.Of(s_roots), sendNames: true), _ => Task.CompletedTask);

        ScanReport report = await CheckLab.RunAsync(new PublicAuthorities(), lab.Request(server.Endpoint));

        Finding finding = report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString());
        finding.Severity.ShouldBe(Severity.Critical);
        finding.Observed.ShouldContain("DigiCert");
    }

    [Fact]
    public async Task One_public_authority_among_the_accepted_ones_is_undecided_without_a_certificate_of_it()
    {
        await using HandlerServer server = await HandlerServer.StartAsync(
            (_, _) => HandlerServer.Options(lab.Pki.Server, ask: true, NamedAuthorities.Of(s_roots[..1]), sendNames: true), _ => Task.CompletedTask);

        CheckSummary check = (await CheckLab.RunAsync(new PublicAuthorities(), lab.Request(server.Endpoint))).Checks.Single();

        check.Outcome.ShouldBe("notTested", check.ToString());
        check.Needs.ShouldHaveSingleItem().ShouldContain("unmapped");
    }

    [Fact]
    public async Task A_public_certificate_that_is_served_proves_it_where_nobody_is_named()
    {
        await using HandlerServer open = await HandlerServer.StartAsync(lab.Pki.Server, Profile);

        ScanReport report = await CheckLab.RunAsync(new PublicAuthorities(), WithPublic(lab.Request(open.Endpoint)));

        report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString()).Confidence.ShouldNotBe(Confidence.Suspect);
    }

    [Fact]
    public async Task A_public_certificate_that_is_refused_passes()
    {
        ScanReport report = await CheckLab.RunAsync(new PublicAuthorities(), WithPublic(lab.Request((await lab.KestrelAsync()).Require)));

        report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().ToString());
    }

    [Fact]
    public async Task A_private_list_passes_and_no_list_stays_undecided()
    {
        (await CheckLab.RunAsync(new PublicAuthorities(), lab.Request((await lab.NginxAsync()).Required))).Checks.Single().Outcome.ShouldBe("passed");

        CheckSummary kestrel = (await CheckLab.RunAsync(new PublicAuthorities(), lab.Request((await lab.KestrelAsync()).Require))).Checks.Single();
        kestrel.Outcome.ShouldBe("notTested");
        kestrel.Needs.ShouldHaveSingleItem().ShouldContain("unmapped");
    }

    [Fact]
    public async Task Is_not_applicable_where_nobody_asks() =>
        (await CheckLab.RunAsync(new PublicAuthorities(), lab.Request((await lab.NginxAsync()).Off))).Checks.Single().Outcome.ShouldBe("notApplicable");

    private static Task Profile(HttpContext context)
    {
        context.Response.StatusCode = context.Request.Path == "/profiles/alice" && context.Connection.ClientCertificate is not null ? 200 : 403;
        return context.Response.StatusCode == 200 ? context.Response.WriteAsync(LabApi.Profile("alice")) : Task.CompletedTask;
    }

    // A certificate whose issuer bears a public authority's name: to the check it is one.
    private ScanRequest WithPublic(ScanRequest request)
    {
        CertificateSpec spec = CertificateAuthority.AuthoritySpec(
            DistinguishedName.CommonName("DigiCert TLS RSA4096 Root G5"), System.TimeProvider.System.GetUtcNow().AddHours(-1), System.TimeProvider.System.GetUtcNow().AddDays(1), ForgeKey.P256());
        ForgedIdentity forged = CertificateAuthority.CreateRoot(spec).Issue(spec with
        {
            Subject = DistinguishedName.CommonName("www.somebody.example"),
            BasicConstraints = null,
            KeyUsages = System.Security.Cryptography.X509Certificates.X509KeyUsageFlags.DigitalSignature,
            Key = ForgeKey.P256(),
        });
        Identity somebody = new()
        {
            Name = "somebody",
            State = IdentityState.Unmapped,
            Chain = [.. forged.Chain.Select(der => ImmutableArray.Create(der.Span))],
            Key = forged.Key.Algorithm,
        };
        return request with { Identities = [.. request.Identities, somebody] };
    }
}
