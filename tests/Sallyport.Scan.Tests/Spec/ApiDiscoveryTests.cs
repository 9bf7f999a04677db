using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Spec.Discovery;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Tests.Spec;

public sealed class ApiDiscoveryTests
{
    private readonly ConcurrentQueue<string> _asked = [];

    [Fact]
    public async Task Finds_operations_by_links_and_places_and_never_asks_another_host()
    {
        int strangers = 0;
        await using HandlerServer other = await HandlerServer.StartAsync(certificate: null, context =>
        {
            System.Threading.Interlocked.Increment(ref strangers);
            return context.Response.WriteAsync("{}");
        }, _ => { });
        string elsewhere = $"http://127.0.0.1:{other.Endpoint.Port}";
        var pages = new Dictionary<string, (int Status, string Type, string Body)>
        {
            ["/"] = (200, "application/hal+json", $$$"""{"_links":{"orders":{"href":"/orders"},"one":{"href":"/orders/{id}{?x}","templated":true},"far":{"href":"{{{elsewhere}}}/far"},"out":{"href":"/logout"}},"docs":"{{{elsewhere}}}/docs"}"""),
            ["/robots.txt"] = (200, "text/plain", "User-agent: *\nDisallow: /admin/users # hidden\nDisallow: /*.php$\nSitemap: /sitemap.xml"),
            ["/sitemap.xml"] = (200, "application/xml", $"<urlset><url><loc>{elsewhere}/s</loc></url><url><loc>/page</loc></url></urlset>"),
            ["/orders"] = (200, "application/json", """{"next":"/orders/more","picture":"/a.png"}"""),
            ["/orders/more"] = (200, "application/json", "[]"),
            ["/admin/users"] = (403, "text/plain", ""),
            ["/page"] = (200, "text/html", "<a href='/orders/delete?id=1'>x</a><script src=\"/x.js\"></script>"),
            ["/graphql"] = (400, "application/json", """{"errors":[{"message":"Must provide query string."}]}"""),
            ["/v1/models"] = (200, "application/json", """{"object":"list","data":[{"id":"tiny","object":"model"}]}"""),
            ["/.well-known/openid-configuration"] = (200, "application/json", $$"""{"token_endpoint":"{{elsewhere}}/token","jwks_uri":"/jwks"}"""),
            ["/jwks"] = (200, "application/json", """{"keys":[]}"""),
        };
        (ScanRequest request, Survey survey) = await SurveyAsync(context => pages.GetValueOrDefault(context.Request.Path.Value ?? "", (404, "text/plain", "no")), request => request with { Excluded = ["GET /jwks"] });

        request.HasDescription.ShouldBeFalse();
        request.Operations.Select(operation => operation.Name).Order().ShouldBe(["GET /admin/users", "GET /orders", "GET /orders/more", "GET /orders/{id}"]);
        request.Operations.Single(one => one.PathTemplate == "/orders/{id}").Parameters.Single().Name.ShouldBe("id");
        survey.Shapes.Select(shape => (shape.Kind, shape.Path)).ShouldBe([(ApiShapeKind.GraphQl, "/graphql"), (ApiShapeKind.LanguageModel, "/v1/models")], ignoreOrder: true);
        survey.HostsNamed.ShouldBe([$"127.0.0.1:{other.Endpoint.Port}"]);
        strangers.ShouldBe(0);
        _asked.ShouldNotContain(path => path.Contains("logout", StringComparison.Ordinal) || path.Contains("delete", StringComparison.Ordinal) || path == "/jwks" || path.Contains('{', StringComparison.Ordinal));
        _asked.Distinct().Count().ShouldBeLessThanOrEqualTo(41);
    }

    [Theory]
    [InlineData(ScanMode.Safe, false)]
    [InlineData(ScanMode.Active, true)]
    public async Task What_answers_POST_only_is_called_in_active_mode(ScanMode mode, bool found)
    {
        ConcurrentQueue<string> posted = [];
        (_, Survey survey) = await SurveyAsync(
            context =>
            {
                bool isPost = context.Request.Method == "POST";
                if (isPost)
                {
                    posted.Enqueue(context.Request.Path.Value ?? "");
                }

                return (isPost, context.Request.Path.Value) switch
                {
                    (true, "/graphql") => (200, "application/json", """{"data":{"__typename":"Query"}}"""),
                    (true, "/jsonrpc") => (200, "application/json", """{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}"""),
                    (true, "/rpc") => (200, "application/json", """{"data":{"name":"no GraphQL"}}"""),
                    _ => (405, "text/plain", "no"),
                };
            },
            request => request with { Mode = mode, Excluded = ["POST /api/graphql"] });

        survey.Shapes.Select(static shape => (shape.Kind, shape.Path)).ShouldBe(found ? [(ApiShapeKind.GraphQl, "/graphql"), (ApiShapeKind.JsonRpc, "/jsonrpc")] : []);
        posted.Order().ShouldBe(found ? ["/graphql", "/jsonrpc", "/rpc"] : []);
    }

    [Fact]
    public async Task A_server_that_links_without_end_is_asked_little()
    {
        int page = 0;
        (ScanRequest request, _) = await SurveyAsync(_ => (200, "application/json", "[" + string.Join(',', Enumerable.Range(0, 100).Select(_ => $"\"/p{System.Threading.Interlocked.Increment(ref page)}\"")) + "]"), request => request);
        _asked.Count.ShouldBeLessThanOrEqualTo(60);
        request.Operations.Length.ShouldBeLessThanOrEqualTo(50);
    }

    [Fact]
    public async Task Takes_the_description_that_the_api_calls_its_own()
    {
        (ScanRequest request, _) = await SurveyAsync(
            context => context.Request.Path.Value switch
            {
                "/" => (200, "text/plain", "hello"),
                "/spec/api.yaml" => (200, "application/yaml", "openapi: 3.1.0\npaths: { /far: { get: { responses: { 200: { content: { application/json: { schema: { $ref: 'parts/far.json#/Far' } } } } } } }, /bad: { $ref: '/logout' }, /evil: { $ref: 'https://evil.example/a.json#/x' } }"),
                "/spec/parts/far.json" => (200, "application/json", """{"Far":{"type":"object","properties":{"up":{"$ref":"../more.yml#/U"}}}}"""),
                "/spec/more.yml" => (200, "application/yaml", "U: { type: integer }"),
                _ => (404, "text/plain", ""),
            },
            request => request, link: "</spec/api.yaml>; rel=\"service-desc\"");
        request.HasDescription.ShouldBeTrue();
        Operation only = request.Operations.ShouldHaveSingleItem();
        only.Responses.Single().Schema.ShouldNotBeNull().Properties["up"].Types.ShouldBe(["integer"]);
        _asked.ShouldNotContain("/logout");
        request.Description.ShouldNotBeNull().Notes.ShouldContain(note => note.Contains("evil.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Operations_that_the_user_names_are_enough()
    {
        (ScanRequest request, _) = await SurveyAsync(_ => (200, "application/json", """{"next":"/found"}"""), request => OperationMerge.WithNamed(request, ["GET /mine"]));
        request.Operations.Select(operation => operation.Name).ShouldBe(["GET /mine"]);
        _asked.ShouldNotContain("/robots.txt");
    }

    [Theory]
    [InlineData("application/json", "messages: { type: array, items: { type: object, properties: { role: {}, content: {} } } }", "/v9/anything", "LanguageModel")]
    [InlineData("application/json", "prompt: { type: string }, temperature: {}", "/x", "LanguageModel")]
    [InlineData("application/json", "message: { type: string }", "/assistant/chat", "LanguageModel")]
    [InlineData("application/json", "message: { type: string }", "/feedback", null)]
    [InlineData("application/json", "query: { type: string }, variables: { type: object }", "/api", "GraphQl")]
    [InlineData("application/json", "query: { type: string }", "/search", null)]
    [InlineData("application/json", "", "/api/graphql", "GraphQl")]
    [InlineData("application/json", "name: { type: string }", "/api/graphql", null)]
    [InlineData("application/json", "", "/api/graphs", null)]
    [InlineData("application/json", "jsonrpc: {}, method: {}, id: {}", "/api", "JsonRpc")]
    [InlineData("application/grpc-web+proto", "a: {}", "/pkg.Service/Call", "Grpc")]
    public void Recognises_shapes_by_bodies(string media, string properties, string path, string? kind)
    {
        string text = $"openapi: 3.0.0\npaths: {{ {path}: {{ post: {{ requestBody: {{ content: {{ {media}: {{ schema: {{ properties: {{ {properties} }} }} }} }} }} }} }} }}";
        ApiDescription description = ApiDescriptionReader.Read(Encoding.UTF8.GetBytes(text), "spec", null).ShouldBeOfType<ApiDescriptionAnswer.Read>().Description;
        ShapeReader.Of(description.Operations).Select(shape => shape.Kind.ToString()).ShouldBe(kind is null ? [] : [kind]);
    }

    [Theory]
    [InlineData("application/json", """{"errors":[{"message":"invalid date in query parameter"}]}""")]
    [InlineData("application/json", """{"object":"list","data":[]}""")]
    [InlineData("application/json", "[[[[")]
    [InlineData("text/html", "<h1>GraphQL is a query language</h1>")]
    [InlineData("application/json", """{"\ud800":1,"jsonrpc":"1.0"}""")]
    public void Ordinary_answers_have_no_shape(string type, string body) =>
        ShapeReader.Of("/graphql", new() { Status = 400, Version = "HTTP/1.1", Headers = [new("Content-Type", type)], Body = Encoding.UTF8.GetBytes(body) }).ShouldBeNull();

    [Fact]
    public void Reading_links_never_throws()
    {
        var random = new Random(5);
        byte[] seed = Encoding.UTF8.GetBytes("""<a href='/a?x=1&amp;y'>{"_links":{"self":{"href":"/b"}},"u":"https://x/\ud800"}<loc>/c</loc>Disallow: /d""");
        string[] types = ["text/html", "application/json", "application/xml", "text/plain", "application/hal+json; q=\u00ff"];
        for (int round = 0; round < 500; round++)
        {
            byte[] body = [.. seed];
            for (int change = 0; change < 4; change++)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }

            HttpAnswer answer = new() { Status = 200, Version = "HTTP/1.1", Headers = [new("Content-Type", types[round % types.Length]), new("Link", Encoding.Latin1.GetString(body))], Body = body };
            foreach (FoundLink link in LinkReader.Of("/robots.txt", answer))
            {
                TargetUrl.TryParse("https://api.example.com/v1", out TargetUrl? target, out _).ShouldBeTrue();
                SameOrigin.PathOf(target.ShouldNotBeNull(), "/v1/", link.Address, out _)?.ShouldStartWith("/");
            }
        }
    }

    [Theory]
    [InlineData("/v1/orders?x=1", "/orders?x=1", null)]
    [InlineData("orders", "/orders", null)]
    [InlineData("/v1", "/", null)]
    [InlineData("/v2/orders", null, null)]
    [InlineData("/v1evil", null, null)]
    [InlineData("//evil.example/v1/a", null, "evil.example")]
    [InlineData("http://api.example.com/v1/a", null, "api.example.com")]
    [InlineData("https://api.example.com:8443/v1/a", null, "api.example.com:8443")]
    [InlineData("https://user@api.example.com/v1/a", null, "api.example.com")]
    [InlineData("https://api.example.com.evil.example/v1/a", null, "api.example.com.evil.example")]
    [InlineData("javascript:alert(1)", null, null)]
    [InlineData("/v1/../v2/a", null, null)]
    public void Tells_the_target_from_others(string address, string? path, string? foreign)
    {
        TargetUrl.TryParse("https://api.example.com/v1", out TargetUrl? target, out _).ShouldBeTrue();
        SameOrigin.PathOf(target.ShouldNotBeNull(), "/v1/", address, out string? other).ShouldBe(path);
        other.ShouldBe(foreign);
    }

    private async Task<(ScanRequest Request, Survey Survey)> SurveyAsync(Func<HttpContext, (int Status, string Type, string Body)> answer, Func<ScanRequest, ScanRequest> change, string? link = null)
    {
        await using HandlerServer server = await HandlerServer.StartAsync(certificate: null, context =>
        {
            _asked.Enqueue(context.Request.Path + context.Request.QueryString.Value);
            (int status, string type, string body) = answer(context);
            (context.Response.StatusCode, context.Response.ContentType) = (status, type);
            context.Response.Headers.Link = link;
            return context.Response.WriteAsync(body);
        }, _ => { });
        TargetUrl.TryParse($"http://127.0.0.1:{server.Endpoint.Port}", out TargetUrl? target, out _).ShouldBeTrue();
        ScanRequest request = change(new() { Target = target.ShouldNotBeNull() });
        await using IScanSession session = await new ScanSessions(TimeProvider.System).OpenAsync(request, TestContext.Current.CancellationToken);
        return (session.Complete(request), session.Survey);
    }
}
