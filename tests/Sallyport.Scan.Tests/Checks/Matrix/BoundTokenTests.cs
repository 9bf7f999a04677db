using System;
using System.Linq;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Forge;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Matrix;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks.Tokens;

namespace Sallyport.Scan.Tests.Checks.Matrix;

/// <summary>The certificate matrix where A's token is bound to A's certificate: what is refused for the token is not held for a judgement of the certificate (<see cref="ShownActor"/>).</summary>
public sealed class BoundTokenTests(TokenLab lab) : IClassFixture<TokenLab>
{
    [Fact]
    public async Task A_certificate_that_nobody_verifies_is_found_behind_the_binding_with_the_issuers_key()
    {
        await using HandlerServer server = await ServerAsync(badCertificate: null);
        ScanReport report = await RunAsync(server, new SelfSignedCertificate(), issuer: true);
        report.Findings.ShouldHaveSingleItem(TokenLab.Said(report)).Id.ShouldBe("MTLS-101");
    }

    [Fact]
    public async Task Without_the_issuers_key_a_refusal_that_every_certificate_gets_is_no_pass()
    {
        await using HandlerServer server = await ServerAsync(badCertificate: null);
        CheckSummary summary = (await RunAsync(server, new SelfSignedCertificate(), issuer: false)).Checks.Single();
        summary.Outcome.ShouldBe("notTested");
        summary.Needs.ShouldContain(need => need.Contains("issuer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_issuers_key_a_refusal_of_its_own_kind_is_a_pass()
    {
        await using HandlerServer server = await ServerAsync(badCertificate: 400);
        (await RunAsync(server, new SelfSignedCertificate(), issuer: false)).Checks.Single().Outcome.ShouldBe("passed");
    }

    [Theory]
    [InlineData(true, "passed")]
    [InlineData(false, "notTested")]
    public async Task A_copy_under_the_client_CA_gets_a_token_of_its_own(bool issuer, string outcome)
    {
        await using HandlerServer server = await ServerAsync(badCertificate: 401);
        ScanReport report = await RunAsync(server, new ExpiredCertificate(), issuer);
        CheckSummary summary = report.Checks.Single();
        summary.Outcome.ShouldBe(outcome, TokenLab.Said(report));
        summary.Needs.Any(need => need.Contains("issuer", StringComparison.Ordinal)).ShouldBe(!issuer);
    }

    /// <summary>Takes a token with the certificate that it names; looks at the certificate itself only where a bad one gets a status.</summary>
    private Task<HandlerServer> ServerAsync(int? badCertificate)
    {
        string issuer = lab.Lab.Pki.ClientCa.Certificate.Subject;
        return HandlerServer.StartAsync(lab.Lab.Pki.Server, async context =>
        {
            string name = context.Request.Path.Value?.Split('/')[^1] ?? "";
            X509Certificate2? shown = context.Connection.ClientCertificate;
            bool bad = shown is null || shown.Issuer != issuer || shown.NotAfter.ToUniversalTime() < TimeProvider.System.GetUtcNow().UtcDateTime;
            bool good = shown is not null && shown.GetNameInfo(X509NameType.SimpleName, false) == name
                && context.Request.Headers.Authorization.ToString() is { Length: > 7 } header && JsonWebToken.TryParse(header[7..], out JsonWebToken? token, out _)
                && lab.PublicKey.Verifies(token) && token.BoundCertificate == JsonWebKey.Thumbprint(shown.RawDataMemory.Span);
            context.Response.StatusCode = (badCertificate, bad, good) switch
            {
                ({ } status, true, _) => status,
                (_, _, true) => 200,
                _ => 401,
            };
            await context.Response.WriteAsync(context.Response.StatusCode == 200 ? $$"""{"name":"{{name}}","note":"note-1-of-{{name}}"}""" : "{}");
        });
    }

    private Task<ScanReport> RunAsync(HandlerServer server, Check check, bool issuer)
    {
        CertificateAuthority ca = lab.Lab.Pki.ClientCa.Authority;
        ScanRequest request = lab.Lab.Request(server.Endpoint, lab.Lab.Pki.Alice, lab.Lab.Pki.Bob);
        return TokenLab.RunAsync(
            request with
            {
                Identities = [.. request.Identities.Select(identity => identity with { Token = new Secret(lab.Token(identity, bound: true)) })],
                ClientAuthority = new() { Certificate = [.. ca.Certificate.Span], Key = ca.Key.Algorithm },
                Issuer = issuer ? lab.Key : null,
                Limits = new() { RequestsPerSecond = 10_000, Connections = 2_000 },
            },
            check);
    }
}
