using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sallyport.Scan.Spec;

namespace Sallyport.Scan.Tests.Spec;

/// <summary>The guard's table of routes is taken for what it says, and for nothing more.</summary>
public sealed class RouteTableTextTests
{
    private const string Table = """
        {
          "version": 1,
          "routes": [
            { "route": "/orders", "methods": ["GET", "POST"], "account": true, "roles": ["clerk"], "tokenScopes": [], "resources": [], "policies": [], "reason": null },
            { "route": "orders/{id:int}", "methods": ["PUT"], "account": true, "roles": [], "tokenScopes": ["write"], "resources": ["Order:id:write"], "policies": [], "reason": null },
            { "route": "/files/{**rest}", "methods": [], "account": true, "roles": [], "tokenScopes": [], "resources": [], "policies": [], "reason": null },
            { "route": "/health", "methods": ["GET"], "account": false, "roles": [], "tokenScopes": [], "resources": [], "policies": [], "reason": "says that it runs" },
            { "route": "(a hub)", "methods": [], "account": true, "roles": [], "tokenScopes": [], "resources": [], "policies": [], "reason": null },
            { "route": "/orders", "methods": ["GET"], "account": false, "roles": [], "tokenScopes": [], "resources": [], "policies": [], "reason": "comes second" }
          ]
        }
        """;

    [Fact]
    public void Is_read_as_operations_with_their_protection()
    {
        ApiDescription description = Read(Table).ShouldBeOfType<ApiDescriptionAnswer.Read>().Description;
        description.Operations.Select(static one => (one.Name, one.HasSecurity, one.DemandsMutualTls, one.Security.Sum(static alternative => alternative.Schemes.Length), string.Join(',', one.Roles))).ShouldBe(
        [
            ("GET /orders", true, true, 1, "clerk"),
            ("POST /orders", true, true, 1, "clerk"),
            ("PUT /orders/{id}", true, true, 2, ""),
            ("GET /files/{rest}", true, true, 1, ""),
            ("GET /health", false, false, 0, ""),
        ]);
        description.Operations.ShouldAllBe(static one => !one.WaivesSecurity && one.Responses.IsEmpty);
    }

    [Theory]
    [InlineData("/a/{id:regex(^\\d{{2}}$)}/b", "/a/{id}/b")]
    [InlineData("/a/{id=7}", "/a/{id}")]
    [InlineData("/a/{id?}", "/a/{id}")]
    [InlineData("a", "/a")]
    [InlineData("/a/{{b}}", null)]
    [InlineData("/a/{}", null)]
    [InlineData("/a/{id", null)]
    [InlineData("/a}", null)]
    [InlineData("(nothing)", null)]
    public void A_template_becomes_a_path(string template, string? path) => RouteTableText.Path(template).ShouldBe(path);

    [Theory]
    [InlineData("""{ "version": 2, "routes": [] }""")]
    [InlineData("""{ "version": 1, "routes": {} }""")]
    [InlineData("""{ "routes": [] }""")]
    [InlineData("""[ { "route": "/a" } ]""")]
    public void Anything_else_is_none(string json) => Read(json).ShouldBeOfType<ApiDescriptionAnswer.Broken>();

    [Fact]
    public void Whatever_a_route_is_nothing_is_thrown() => Prop.ForAll<string, string>(static (route, method) =>
    {
        string text = System.Text.Json.JsonSerializer.Serialize(new { version = 1, routes = new object[] { new { route, methods = new[] { method }, account = true, roles = new[] { method } }, route ?? "", 7 } });
        Read(text).ShouldBeOfType<ApiDescriptionAnswer.Read>();
    }).QuickCheckThrowOnFailure();

    private static ApiDescriptionAnswer Read(string text) => ApiDescriptionReader.Read(Encoding.UTF8.GetBytes(text), "sallyport-routes.json", null);
}
