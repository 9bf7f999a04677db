using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks;

namespace Sallyport.Scan.Tests.Spec;

/// <summary>A description comes from outside: whatever it says, nobody but the target is asked, and no scan runs away.</summary>
public sealed class HostileDescriptionTests(CheckLab lab)
{
    [Fact]
    public async Task A_whole_scan_asks_no_host_that_the_description_or_the_answers_name()
    {
        ConcurrentQueue<string> strangers = [];
        await using HandlerServer evil = await HandlerServer.StartAsync(lab.Pki.Server, context =>
        {
            strangers.Enqueue($"{context.Request.Method} {context.Request.Path} {context.Request.Headers.Authorization}");
            return context.Response.WriteAsync("{}", context.RequestAborted);
        });
        string there = $"https://localhost:{evil.Endpoint.Port}";
        string description = $$"""
            openapi: 3.1.0
            servers: [ { url: '{{there}}/api' }, { url: '{{there}}/{x}', variables: { x: { default: v1 } } } ]
            externalDocs: { url: '{{there}}/docs' }
            security: [ { mtls: [], oauth: [] } ]
            components:
              securitySchemes:
                mtls: { type: mutualTLS }
                oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: '{{there}}/token', refreshUrl: '{{there}}/refresh', scopes: {} } } }
                oidc: { type: openIdConnect, openIdConnectUrl: '{{there}}/.well-known/openid-configuration' }
            paths:
              /profiles/{name}:
                servers: [ { url: '{{there}}' } ]
                get:
                  parameters: [ { name: name, in: path, required: true, schema: { type: string } }, { name: next, in: query, required: true, example: '{{there}}/next' }, { name: Host, in: header, required: true, example: 'localhost:{{evil.Endpoint.Port}}' } ]
                  responses: { 200: { content: { application/json: { schema: { $ref: '{{there}}/schemas.json#/Profile' } } }, links: { l: { operationRef: '{{there}}/op' } } }, 401: {}, 403: {} }
                  callbacks: { done: { '{{there}}/done': { post: {} } } }
              '{{there}}/steal': { get: {} }
              //localhost:{{evil.Endpoint.Port}}/steal: { get: {} }
              /far: { $ref: '{{there}}/path.yaml#/far' }
            """;
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Pki.Server, async context =>
        {
            string path = context.Request.Path.Value ?? "";
            string? caller = ApiServer.Caller(context);
            if (path == "/openapi.yaml")
            {
                await context.Response.WriteAsync(description, context.RequestAborted);
            }
            else if (caller is null)
            {
                await ApiServer.RefuseAsync(context, 401);
            }
            else if (path == $"/profiles/{caller}")
            {
                context.Response.Headers.Link = $"<{there}/next>; rel=\"next\"";
                await ApiServer.ProfileAsync(context, caller, $",\"self\":\"{there}/profiles/{caller}\"");
            }
            else if (path == "/moved")
            {
                context.Response.Redirect($"{there}/moved", permanent: false, preserveMethod: true);
            }
            else
            {
                await ApiServer.RefuseAsync(context, path.StartsWith("/profiles/", StringComparison.Ordinal) ? 403 : 404);
            }
        });
        ScanRequest request = lab.Request(server.Endpoint, lab.Pki.Alice, lab.Pki.Bob);
        request = request with
        {
            Operations = [],
            HasDescription = false,
            Identities = [.. request.Identities.Select(one => one with { Token = new Secret($"token-of-{one.Name}"), Cookie = new Secret($"session={one.Name}-session") })],
            Mode = Findings.ScanMode.Active,
        };
        ScanReport report = await new Scanner(TimeProvider.System).RunAsync(request, null, TestContext.Current.CancellationToken);
        report.SurveyFailure.ShouldBeNull();
        report.Facts.ShouldContain(fact => fact.Value.Contains("it is not contacted", StringComparison.Ordinal), "the description was not read");
        strangers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_description_that_never_ends_is_given_up()
    {
        byte[] junk = Encoding.UTF8.GetBytes("{\"openapi\":\"3.1.0\",\"x\":[" + new string('1', 60_000));
        await using EndlessServer server = new("/openapi.json", junk, ceiling: 300_000_000);
        TargetUrl.TryParse($"http://127.0.0.1:{server.Port}", out TargetUrl? target, out _).ShouldBeTrue();
        ScanRequest request = new() { Target = target.ShouldNotBeNull(), DescriptionPath = "/openapi.json" };
        await using IScanSession session = await new ScanSessions(TimeProvider.System).OpenAsync(request, TestContext.Current.CancellationToken);
        session.Survey.Failure.ShouldNotBeNull().ShouldContain("cannot be used");
        await server.EndedAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        server.Asked.ShouldBe(1);
        server.Sent.ShouldBeLessThan(200_000_000);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(1_000)]
    public void Cost_grows_with_the_operations_and_not_faster(int count)
    {
        // Every operation refers to the same web of schemas.
        string schemas = string.Join(',', Enumerable.Range(0, 60).Select(number =>
            $"\"S{number}\":{{\"type\":\"object\",\"properties\":{{{string.Join(',', Enumerable.Range(0, 8).Select(member => $"\"m{member}\":{{\"$ref\":\"#/components/schemas/S{((number * 7) + member) % 60}\"}}"))}}}}}"));
        string paths = string.Join(',', Enumerable.Range(0, count).Select(number =>
            $"\"/p{number}/{{id}}\":{{\"get\":{{\"responses\":{{\"200\":{{\"content\":{{\"application/json\":{{\"schema\":{{\"$ref\":\"#/components/schemas/S{number % 60}\"}}}}}}}}}}}}}}"));
        byte[] text = Encoding.UTF8.GetBytes($"{{\"openapi\":\"3.1.0\",\"components\":{{\"schemas\":{{{schemas}}}}},\"paths\":{{{paths}}}}}");
        long before = GC.GetAllocatedBytesForCurrentThread();
        ApiDescription read = ApiDescriptionReader.Read(text, "spec", null).ShouldBeOfType<ApiDescriptionAnswer.Read>().Description;
        long cost = GC.GetAllocatedBytesForCurrentThread() - before;
        read.Operations.Length.ShouldBe(count);
        cost.ShouldBeLessThan(20_000_000 + (count * 20_000L));
    }
}
