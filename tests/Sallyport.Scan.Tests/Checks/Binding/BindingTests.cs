using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Forge;
using Sallyport.Scan.Checks.Binding;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks.Tokens;

namespace Sallyport.Scan.Tests.Checks.Binding;

/// <summary>When the rows of bindings speak, and how sure they are.</summary>
public sealed class BindingTests(TokenLab lab) : IClassFixture<TokenLab>
{
    [Fact]
    public async Task Tokens_that_nobody_said_are_bound_are_not_held_to_it()
    {
        ScanReport report = await TokenLab.RunAsync(await lab.RequestAsync("unbound", bound: false), new ForeignCertificate(), new AlteredBinding());
        report.Checks.ShouldAllBe(check => check.Outcome == "notApplicable", TokenLab.Said(report));
    }

    [Fact]
    public async Task With_binding_declared_an_unbound_token_with_anothers_certificate_is_high()
    {
        ScanRequest request = await lab.RequestAsync("unbound", bound: false) with { Expect = new() { TokenBindingRequired = true } };
        Finding finding = (await TokenLab.RunAsync(request, new ForeignCertificate())).Findings.ShouldHaveSingleItem();
        finding.Severity.ShouldBe(Severity.High);
        ScanReport bound = await TokenLab.RunAsync(await lab.RequestAsync("unbound"), new ForeignCertificate());
        bound.Findings.ShouldHaveSingleItem(TokenLab.Said(bound)).Severity.ShouldBe(Severity.Critical);
    }

    [Fact]
    public async Task A_token_that_names_another_certificate_and_is_served_is_critical()
    {
        string other = JsonWebKey.Thumbprint([1, 2, 3]);
        ScanRequest request = await lab.RequestAsync("unbound", change: claims => claims.With("cnf", $$"""{"x5t#S256":"{{other}}"}"""));
        ScanReport report = await TokenLab.RunAsync(request, new ForeignCertificate());
        report.Findings.ShouldHaveSingleItem(TokenLab.Said(report)).Severity.ShouldBe(Severity.Critical);
    }

    [Theory]
    [InlineData(true, Confidence.Confirmed)]
    [InlineData(false, Confidence.Suspect)]
    public async Task Two_accounts_in_certificate_and_token_are_sure_only_where_one_is_declared(bool same, Confidence confidence)
    {
        ScanRequest request = await lab.RequestAsync("unbound", bound: false) with { Expect = new() { SameSubject = same } };
        ScanReport report = await TokenLab.RunAsync(request, new ForeignSubject());
        Finding finding = report.Findings.ShouldHaveSingleItem(TokenLab.Said(report));
        finding.Id.ShouldBe("BIND-007");
        finding.Confidence.ShouldBe(confidence);
    }

    [Fact]
    public async Task A_server_that_compares_subject_and_certificate_passes()
    {
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Lab.Pki.Server, async context =>
        {
            string name = context.Request.Path.Value?.Split('/')[^1] ?? "";
            string subject = context.Connection.ClientCertificate?.GetNameInfo(System.Security.Cryptography.X509Certificates.X509NameType.SimpleName, false) ?? "";
            bool good = subject == name && Signed(context) is { } token && token.Claims.Text("sub") == name;
            await AnswerAsync(context, good ? 200 : 401, name);
        });
        ScanReport report = await TokenLab.RunAsync(At(await lab.RequestAsync("strict", bound: false), server) with { Expect = new() { SameSubject = true } }, new ForeignSubject());
        report.Checks.Single().Outcome.ShouldBe("passed", TokenLab.Said(report));
    }

    [Fact]
    public async Task A_renewed_certificate_with_the_old_token_is_a_fact_and_what_is_bound_and_not_compared_is_BIND_001()
    {
        CertificateAuthority ca = lab.Lab.Pki.ClientCa.Authority;
        ScanRequest With(ScanRequest request) => request with { ClientAuthority = new() { Certificate = ImmutableArray.Create(ca.Certificate.Span), Key = ca.Key.Algorithm } };
        ScanReport strict = await TokenLab.RunAsync(With(await lab.RequestAsync("strict")), new RenewedCertificate());
        strict.Checks.Single().Outcome.ShouldBe("passed", TokenLab.Said(strict));
        strict.Facts.ShouldContain(fact => fact.Id == "BIND-009" && fact.Value.StartsWith("refused"));
        ScanReport open = await TokenLab.RunAsync(With(await lab.RequestAsync("unbound", bound: false)), new RenewedCertificate());
        open.Findings.ShouldBeEmpty();
        open.Facts.ShouldContain(fact => fact.Id == "BIND-009" && fact.Value == "accepted", TokenLab.Said(open));
        ScanReport weak = await TokenLab.RunAsync(With(await lab.RequestAsync("unbound")), new RenewedCertificate());
        weak.Findings.ShouldBeEmpty();
        weak.Facts.ShouldContain(fact => fact.Id == "BIND-009" && fact.Value.StartsWith("accepted, although"), TokenLab.Said(weak));
        (await TokenLab.RunAsync(With(await lab.RequestAsync("unbound")), new ForeignCertificate())).Findings.ShouldHaveSingleItem().Id.ShouldBe("BIND-001");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_session_that_goes_on_with_another_certificate_is_found(bool holds)
    {
        const string Cookie = "session-of-alice-0123456789";
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Lab.Pki.Server, async context =>
        {
            string shown = context.Connection.ClientCertificate?.GetNameInfo(System.Security.Cryptography.X509Certificates.X509NameType.SimpleName, false) ?? "";
            bool good = context.Request.Path == "/profiles/alice" && context.Request.Cookies["sid"] == Cookie && (!holds || shown == "alice");
            await AnswerAsync(context, good ? 200 : 403, "alice");
        });
        ScanRequest request = lab.Lab.Request(server.Endpoint, lab.Lab.Pki.Alice, lab.Lab.Pki.Bob);
        request = request with { Identities = [request.Identities[0] with { Cookie = new Secret($"sid={Cookie}") }, request.Identities[1]] };
        ScanReport report = await TokenLab.RunAsync(request, new ForeignSession());
        if (holds)
        {
            report.Checks.Single().Outcome.ShouldBe("passed", TokenLab.Said(report));
            return;
        }

        Finding finding = report.Findings.ShouldHaveSingleItem(TokenLab.Said(report));
        finding.Severity.ShouldBe(Severity.Critical);
        finding.Evidence.ShouldAllBe(evidence => !evidence.Sent.Contains(Cookie) && !evidence.Received.Contains(Cookie));
    }

    [Fact]
    public async Task A_session_that_is_not_needed_is_not_applicable_and_none_is_not_tested()
    {
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Lab.Pki.Server, context => AnswerAsync(context, context.Request.Path == "/profiles/alice" && context.Connection.ClientCertificate is not null ? 200 : 403, "alice"));
        ScanRequest request = lab.Lab.Request(server.Endpoint, lab.Lab.Pki.Alice, lab.Lab.Pki.Bob);
        (await TokenLab.RunAsync(request, new ForeignSession())).Checks.Single().Outcome.ShouldBe("notTested");
        ScanReport report = await TokenLab.RunAsync(request with { Identities = [request.Identities[0] with { Cookie = new Secret("sid=unneeded-0123456789") }, request.Identities[1]] }, new ForeignSession());
        report.Checks.Single().Outcome.ShouldBe("notApplicable", TokenLab.Said(report));
    }

    [Theory]
    [InlineData("believes client_id", "failed")]
    [InlineData("compares", "passed")]
    [InlineData("asks nobody", "notApplicable")]
    [InlineData("breaks", "notTested")]
    public async Task A_token_endpoint_is_held_to_the_certificate_of_the_client(string kind, string outcome)
    {
        ConcurrentDictionary<string, string> issued = new();
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Lab.Pki.Server, async context =>
        {
            string shown = context.Connection.ClientCertificate?.GetNameInfo(System.Security.Cryptography.X509Certificates.X509NameType.SimpleName, false) ?? "";
            if (context.Request.Path != "/token")
            {
                bool good = context.Request.Path == "/profiles/alice" && issued.ContainsKey(context.Request.Headers.Authorization.ToString());
                await AnswerAsync(context, good ? 200 : 401, "alice");
                return;
            }

            string client = (await context.Request.ReadFormAsync())["client_id"].ToString();
            int status = kind switch
            {
                "asks nobody" => 200,
                _ when shown.Length == 0 => 401,
                "compares" => shown == client ? 200 : 401,
                "breaks" => shown == client ? 200 : 500,
                _ => 200,
            };
            string token = Guid.NewGuid().ToString("N");
            issued["Bearer " + token] = client;
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(status == 200 ? $$"""{"access_token":"{{token}}"}""" : """{"error":"invalid_client"}""");
        });
        ScanRequest request = lab.Lab.Request(server.Endpoint, lab.Lab.Pki.Alice, lab.Lab.Pki.Bob);
        ImmutableDictionary<string, Secret> form = ImmutableDictionary<string, Secret>.Empty.Add("grant_type", new("client_credentials")).Add("client_id", new("alice"));
        request = request with
        {
            Mode = ScanMode.Active,
            Identities = [request.Identities[0] with { Disposable = true, Login = new() { Path = "/token", Form = form, TokenMember = "access_token" } }, request.Identities[1]],
        };
        ScanReport report = await TokenLab.RunAsync(request, new TokenForAnotherClient());
        report.Checks.Single().Outcome.ShouldBe(outcome, TokenLab.Said(report));
    }

    [Theory]
    [InlineData(true, "failed")]
    [InlineData(false, "passed")]
    public async Task A_token_after_signing_out_is_found(bool lives, string outcome)
    {
        ConcurrentDictionary<string, bool> good = new();
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Lab.Pki.Server, async context =>
        {
            string token = context.Request.Headers.Authorization.ToString();
            switch (context.Request.Path.Value)
            {
                case "/token":
                    string fresh = Guid.NewGuid().ToString("N");
                    good["Bearer " + fresh] = true;
                    await context.Response.WriteAsync($$"""{"access_token":"{{fresh}}"}""");
                    break;
                case "/logout":
                    good["Bearer x"] = lives || good.TryRemove(token, out _);
                    context.Response.StatusCode = 204;
                    break;
                default:
                    await AnswerAsync(context, good.ContainsKey(token) && context.Request.Path == "/profiles/alice" ? 200 : 401, "alice");
                    break;
            }
        });
        ScanRequest request = lab.Lab.Request(server.Endpoint, lab.Lab.Pki.Alice);
        request = request with
        {
            Mode = ScanMode.Intrusive,
            Operations = [.. request.Operations, new() { Method = "POST", PathTemplate = "/logout", HasSecurity = true }],
            Identities = [request.Identities[0] with { Disposable = true, Login = new() { Path = "/token", Json = new Secret("{}"), TokenMember = "access_token" } }],
        };
        ScanReport report = await TokenLab.RunAsync(request, new Scan.Checks.Tokens.EndedToken());
        report.Checks.Single().Outcome.ShouldBe(outcome, TokenLab.Said(report));
        ScanReport safe = await TokenLab.RunAsync(request with { Mode = ScanMode.Safe }, new Scan.Checks.Tokens.EndedToken());
        safe.Checks.Single().Outcome.ShouldBe("notTested");
    }

    private static Task AnswerAsync(HttpContext context, int status, string name)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(status == 200 ? $$"""{"name":"{{name}}","note":"note-1-of-{{name}}"}""" : "{}");
    }

    private JsonWebToken? Signed(HttpContext context) =>
        context.Request.Headers.Authorization.ToString() is { Length: > 7 } header && JsonWebToken.TryParse(header[7..], out JsonWebToken? token, out _) && lab.PublicKey.Verifies(token) ? token : null;

    private ScanRequest At(ScanRequest request, HandlerServer server) => request with { Target = lab.Lab.Request(server.Endpoint).Target, ConnectTo = lab.Lab.Request(server.Endpoint).ConnectTo };
}
