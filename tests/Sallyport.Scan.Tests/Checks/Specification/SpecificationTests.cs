using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Specification;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Samples;

namespace Sallyport.Scan.Tests.Checks.Specification;

/// <summary>SPEC-001 to SPEC-006: the API and its description held against each other.</summary>
public sealed class SpecificationTests(CheckLab lab)
{
    private const string Both = """
        openapi: 3.1.0
        security: [ { mtls: [], jwt: [] } ]
        components: { securitySchemes: { mtls: { type: mutualTLS }, jwt: { type: http, scheme: bearer } } }
        paths: { '/profiles/{name}': { get: { responses: { 200: {}, 401: {} } } } }
        """;

    [Fact]
    public async Task SPEC_001_an_operation_that_forgets_the_declared_certificate_fails()
    {
        // Only the profile forgets: the handshake asks, the rest refuses.
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            bool open = context.Request.Path == "/profiles/alice" && ApiServer.Caller(context) is null or "alice";
            await (open ? ApiServer.ProfileAsync(context, "alice") : Task.CompletedTask);
            return open;
        });
        Finding finding = (await DescribedLab.RunAsync(new DeclaredMutualTls(), server, DescribedLab.True)).Findings.ShouldHaveSingleItem();
        (finding.Id, finding.Severity, finding.Operation, finding.Identity).ShouldBe(("SPEC-001", Severity.Critical, "GET /profiles/{name}", "none"));
        finding.Confidence.ShouldBe(Confidence.Firm, "what nobody is kept from is no marker");
    }

    [Fact]
    public async Task SPEC_001_passes_where_the_certificate_is_enforced_and_is_undecided_where_nothing_works()
    {
        await using ApiServer strict = await ApiServer.StartAsync(lab);
        ScanReport report = await DescribedLab.RunAsync(new DeclaredMutualTls(), strict, DescribedLab.True);
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().ToString());

        report = await DescribedLab.RunAsync(new DeclaredMutualTls(), strict, DescribedLab.True.Replace("mutualTLS", "http", StringComparison.Ordinal));
        report.Checks.Single().Outcome.ShouldBe("notApplicable");
        await UndecidedAsync(new DeclaredMutualTls());
    }

    [Fact]
    public async Task SPEC_001_is_right_on_nginx()
    {
        NginxServer nginx = await lab.NginxAsync();
        (await CheckLab.RunAsync(new DeclaredMutualTls(), lab.Request(nginx.Optional))).Findings.ShouldHaveSingleItem().Id.ShouldBe("SPEC-001");
        ScanReport report = await CheckLab.RunAsync(new DeclaredMutualTls(), lab.Request(nginx.Required));
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("passed");
    }

    [Fact]
    public async Task SPEC_002_names_a_certificate_that_the_description_keeps_silent_about()
    {
        NginxServer nginx = await lab.NginxAsync();
        string silent = "openapi: 3.1.0\npaths: { '/profiles/{name}': { get: { responses: { 200: {} } } } }";
        ScanRequest request = lab.Request(nginx.Required) with { Protected = ["GET /profiles/*"] };
        ScanReport report = await CheckLab.RunAsync(new UndeclaredMutualTls(), request.Described(silent));
        report.Findings.ShouldBeEmpty("it is a fact: it neither gates nor scores");
        report.Facts.ShouldHaveSingleItem().Value.ShouldContain("no scheme at all");
        report = await CheckLab.RunAsync(new UndeclaredMutualTls(), request.Described(DescribedLab.True));
        (report.Checks.Single().Outcome, report.Facts.Length).ShouldBe(("passed", 0));
        (await CheckLab.RunAsync(new UndeclaredMutualTls(), (lab.Request(nginx.Off) with { Protected = ["GET /profiles/*"] }).Described(silent))).Checks.Single().Outcome.ShouldBe("notApplicable");
        await UndecidedAsync(new UndeclaredMutualTls());
    }

    [Theory]
    [InlineData(false, "failed")]
    [InlineData(true, "passed")]
    public async Task SPEC_003_a_certificate_that_is_enough_fails_where_a_token_must_come_with_it(bool demandsToken, string outcome)
    {
        await using ApiServer server = await ApiServer.StartAsync(lab, caller: context => !demandsToken || context.Request.Headers.Authorization == "Bearer right-token" ? ApiServer.Caller(context) : null);
        ScanRequest request = server.Request().Described(Both);
        request = request with { Identities = [.. request.Identities.Select(one => one with { Token = new Secret("right-token") })] };
        ScanReport report = await CheckLab.RunAsync(new BothDemanded(), request);
        report.Checks.Single().Outcome.ShouldBe(outcome, report.Checks.Single().ToString());
        report.Findings.Select(finding => (finding.Id, finding.Identity)).ShouldBe(demandsToken ? [] : [("SPEC-003", "alice, certificate only")]);

        (await CheckLab.RunAsync(new BothDemanded(), server.Request().Described(Both))).Checks.Single().Outcome.ShouldBe("notTested");
        string either = Both.Replace("{ mtls: [], jwt: [] }", "{ mtls: [] }, { jwt: [] }", StringComparison.Ordinal);
        (await CheckLab.RunAsync(new BothDemanded(), request.Described(either))).Checks.Single().Outcome.ShouldBe("notApplicable");
    }

    [Theory]
    [InlineData("open-write", "  /profiles/{name}: { get: {}, delete: { security: [] } }")]
    [InlineData("open-write", "  /a: { get: {} }\n  /b: { post: { security: [] } }", true)]
    [InlineData("undefined-scheme", "  /a: { get: { security: [ { mtls: [], nowhere: [] } ] } }")]
    [InlineData("undefined-scope", "  /a: { get: { security: [ { mtls: [], oauth: [read, fly] } ] } }")]
    [InlineData("basic", "  /a: { get: { security: [ { mtls: [], basic: [] } ] } }")]
    [InlineData("query-key", "  /a: { get: { security: [ { mtls: [], key: [] } ] } }")]
    [InlineData("old-flow", "  /a: { get: { security: [ { mtls: [], old: [] } ] } }")]
    [InlineData("plain-url", "  /a: { get: {} }\nservers: [ { url: / }, { url: 'http://old.example.com' } ]")]
    [InlineData(null, "  /a: { get: { security: [ { mtls: [], oauth: [read] } ] } }\n  /login: { post: { security: [] } }\nservers: [ { url: / }, { url: 'http://127.0.0.1:8080' } ]")]
    public async Task SPEC_004_reads_what_is_careless(string? variant, string paths, bool suspect = false)
    {
        const string Head = """
            openapi: 3.1.0
            security: [ { mtls: [] } ]
            components:
              securitySchemes:
                mtls: { type: mutualTLS }
                basic: { type: http, scheme: basic }
                key: { type: apiKey, in: query, name: api_key }
                oauth: { type: oauth2, flows: { authorizationCode: { authorizationUrl: 'https://l.example/a', tokenUrl: 'https://l.example/t', scopes: { read: r } } } }
                old: { type: oauth2, flows: { password: { tokenUrl: 'https://l.example/t', scopes: {} } } }
            paths:
            """;
        await using ApiServer server = await ApiServer.StartAsync(lab);
        ScanReport report = await DescribedLab.RunAsync(new Scan.Checks.Specification.CarelessDescription(), server, Head + "\n" + paths);
        report.Findings.Select(finding => (finding.Id, finding.Variant, finding.Confidence)).ShouldBe(variant is null ? [] : [("SPEC-004", variant, suspect ? Confidence.Suspect : Confidence.Firm)]);
    }

    [Theory]
    [InlineData("status", "200:", "201:")]
    [InlineData("content-type", "application/json", "application/xml")]
    [InlineData("schema", "required: [name, mail]", "required: [name, missing]")]
    [InlineData("schema", "name: { type: string }", "name: { type: integer }")]
    [InlineData("schema", "name: { type: string }", "name: { type: string, enum: [carol] }")]
    [InlineData("deprecated", "    get:\n      parameters", "    get:\n      deprecated: true\n      parameters")]
    [InlineData("errors", "403: {}", "204: {}")]
    [InlineData(null, "name: { type: string }", "name: { type: [string, 'null'] }, more: { type: integer }")]
    public async Task SPEC_005_holds_answers_against_the_description(string? variant, string what, string instead)
    {
        await using ApiServer server = await ApiServer.StartAsync(lab);
        DescribedLab.True.ShouldContain(what);
        ScanReport report = await DescribedLab.RunAsync(new AnswerDiffers(), server, DescribedLab.True.Replace(what, instead, StringComparison.Ordinal));
        report.Findings.Select(finding => (finding.Id, finding.Variant)).ShouldBe(variant is null ? [] : [("SPEC-005", variant)], report.Checks.Single().ToString());
    }

    [Fact]
    public async Task SPEC_005_is_undecided_on_a_broken_server() => await UndecidedAsync(new AnswerDiffers());

    [Fact]
    public async Task SPEC_006_counts_what_has_no_bounds_once_a_kind()
    {
        await using ApiServer server = await ApiServer.StartAsync(lab);
        string loose = """
            openapi: 3.1.0
            paths:
              /a:
                post:
                  parameters: [ { in: query, name: q, schema: { type: string } }, { in: query, name: n, schema: { type: integer, minimum: 0 } } ]
                  requestBody: { content: { application/json: { schema: { type: object, properties: { id: { type: string, readOnly: true }, tags: { type: array, items: { type: string, pattern: '^[a-z]{2}$' } }, note: { type: string } } } } } }
            """;
        ScanReport report = await DescribedLab.RunAsync(new UnboundedInputs(), server, loose);
        report.Findings.ShouldBeEmpty("they are facts: they neither gate nor score");
        report.Facts.Select(fact => (fact.Id, fact.Title.Split(' ')[0], fact.Value.Split(':')[0])).ShouldBe(
            [("SPEC-006", "Texts", "2"), ("SPEC-006", "Lists", "1"), ("SPEC-006", "Integers", "1")], ignoreOrder: true);
        report = await DescribedLab.RunAsync(new UnboundedInputs(), server, DescribedLab.True);
        (report.Checks.Single().Outcome, report.Facts.Length).ShouldBe(("passed", 0));
    }

    [Theory]
    [InlineData("SPEC-001")]
    [InlineData("SPEC-002")]
    [InlineData("SPEC-003")]
    [InlineData("SPEC-004")]
    [InlineData("SPEC-005")]
    [InlineData("SPEC-006")]
    public async Task The_strict_sample_is_as_its_description_says(string id)
    {
        await using OrdersLab orders = await OrdersLab.StartAsync();
        ScanReport report = await orders.RunAsync(Of(id));
        report.Findings.ShouldBeEmpty(string.Join('\n', report.Findings.Select(finding => $"{finding.Variant} {finding.Observed}")));
        report.Facts.Where(fact => fact.Id is "SPEC-002" or "SPEC-006").ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().ToString());
    }

    private static Check Of(string id) =>
        ((Check[])[new DeclaredMutualTls(), new UndeclaredMutualTls(), new BothDemanded(), new Scan.Checks.Specification.CarelessDescription(), new AnswerDiffers(), new UnboundedInputs()]).Single(check => check.Info.Id == id);

    private async Task UndecidedAsync(Check check)
    {
        await using ApiServer broken = await ApiServer.StartAsync(lab, async context =>
        {
            await ApiServer.RefuseAsync(context, 500);
            return true;
        });
        ScanReport report = await DescribedLab.RunAsync(check, broken, DescribedLab.True);
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("notTested", report.Checks.Single().ToString());
    }
}
