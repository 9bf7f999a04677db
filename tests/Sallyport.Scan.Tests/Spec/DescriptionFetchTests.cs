using System.Collections.Concurrent;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks;

namespace Sallyport.Scan.Tests.Spec;

public sealed class DescriptionFetchTests
{
    private const string Description = """
        { "openapi": "3.1.0", "servers": [ { "url": "https://elsewhere.example/" } ],
          "components": { "securitySchemes": { "m": { "type": "mutualTLS" } } }, "security": [ { "m": [] } ],
          "paths": { "/orders": { "get": {} }, "/logout": { "get": {} }, "/far": { "$ref": "https://elsewhere.example/x.json#/y" } } }
        """;

    private readonly ConcurrentQueue<string> _asked = [];

    [Fact]
    public async Task Finds_a_description_at_the_usual_places_and_asks_nobody_else()
    {
        (ScanRequest request, string? failure) = await SurveyAsync("/openapi.json", request => request with { Excluded = ["* /logout", "GET /swagger/**"] });
        failure.ShouldBeNull();
        request.HasDescription.ShouldBeTrue();
        request.Operations.Select(operation => operation.Name).ShouldBe(["GET /orders"]);
        request.Operations[0].DemandsMutualTls.ShouldBeTrue();
        _asked.ShouldContain("/orders");
        _asked.ShouldNotContain(path => path.StartsWith("/swagger/", System.StringComparison.Ordinal) || path == "/logout");
    }

    [Fact]
    public async Task Takes_the_description_that_the_user_names_and_looks_nowhere_else()
    {
        (ScanRequest request, string? failure) = await SurveyAsync("/api/spec?v=1", request => request with { DescriptionPath = "/api/spec?v=1" });
        failure.ShouldBeNull();
        request.Operations.Length.ShouldBe(2);
        _asked.ShouldContain("/api/spec?v=1");
        _asked.ShouldNotContain("/openapi.json");
    }

    [Theory]
    [InlineData("/missing.json", "the answer was 404")]
    [InlineData("/page", "is no OpenAPI description")]
    public async Task Says_why_the_named_description_cannot_be_used(string path, string why)
    {
        (_, string? failure) = await SurveyAsync("/openapi.json", request => request with { DescriptionPath = path });
        failure.ShouldNotBeNull().ShouldContain($"{path} cannot be used: ");
        failure.ShouldContain(why);
    }

    [Fact]
    public async Task Goes_on_without_one_when_there_is_none()
    {
        (ScanRequest request, string? failure) = await SurveyAsync("/nowhere", request => request);
        failure.ShouldBeNull();
        request.HasDescription.ShouldBeFalse();
    }

    private async Task<(ScanRequest Request, string? Failure)> SurveyAsync(string place, System.Func<ScanRequest, ScanRequest> change)
    {
        await using HandlerServer server = await HandlerServer.StartAsync(certificate: null, Answer, _ => { });
        TargetUrl.TryParse($"http://127.0.0.1:{server.Endpoint.Port}", out TargetUrl? target, out _).ShouldBeTrue();
        ScanRequest request = change(new() { Target = target.ShouldNotBeNull() });
        await using IScanSession session = await new ScanSessions(System.TimeProvider.System).OpenAsync(request, TestContext.Current.CancellationToken);
        return (session.Complete(request), session.Survey.Failure);

        Task Answer(HttpContext context)
        {
            string path = context.Request.Path + context.Request.QueryString.Value;
            _asked.Enqueue(path);
            if (path == place)
            {
                return context.Response.WriteAsync(Description);
            }

            context.Response.StatusCode = path is "/page" or "/orders" ? 200 : 404;
            return context.Response.WriteAsync("<html>hello</html>");
        }
    }
}
