using System.Collections.Immutable;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Spec;

public sealed class PathResolutionTests
{
    private static readonly Identity Alice = new()
    {
        Name = "alice",
        Values = ImmutableDictionary<string, string>.Empty.Add("name", "alice").Add("orderId", "17").Add("odd", "a/b c").Add("up", ".."),
    };

    [Theory]
    [InlineData("/profiles/{name}", "/profiles/alice")]
    [InlineData("/orders/{orderId}", "/orders/17")]
    [InlineData("/orders/{order_id}", "/orders/17")]
    [InlineData("/orders/{id}", "/orders/17")]
    [InlineData("/orders/{ID}/lines", "/orders/17/lines")]
    [InlineData("/files/{odd}.txt", "/files/a%2Fb%20c.txt")]
    [InlineData("/plain", "/plain")]
    [InlineData("/stray}brace{", "/stray%7Dbrace%7B")]
    [InlineData("/grün", "/gr%C3%BCn")]
    public void Fills_in_the_identity_s_values(string template, string path) =>
        PathResolution.Of(Get(template), Alice).ShouldBe(new PathResolution.Resolved(path));

    [Theory]
    [InlineData("/users/{id}")]
    [InlineData("/x/{up}")]
    [InlineData("/x/{unknown}")]
    public void Says_what_is_missing_instead_of_sending_a_brace(string template) =>
        PathResolution.Of(Get(template), Alice).ShouldBeOfType<PathResolution.Missing>().Parameters.ShouldHaveSingleItem();

    [Fact]
    public void Falls_back_to_the_description_s_examples_and_fills_in_required_queries()
    {
        Operation operation = Get("/search/{kind}") with
        {
            Parameters =
            [
                new("kind", "path", true, ["books", "films"]), new("q", "query", true, ["c# & f#"]), new("page", "query", false, ["1"]),
                new("name", "query", true, []),
            ],
        };
        PathResolution.Of(operation, Alice).ShouldBe(new PathResolution.Resolved("/search/books?q=c%23%20%26%20f%23&name=alice"));
        PathResolution.Of(operation, null).ShouldBeOfType<PathResolution.Missing>().Parameters.ShouldBe(["name"]);
    }

    [Fact]
    public void Never_yields_a_brace_or_a_control_character()
    {
        Prop.ForAll<string, string>((template, value) =>
        {
            var identity = new Identity { Name = "x", Values = ImmutableDictionary<string, string>.Empty.Add("a", value ?? "") };
            return PathResolution.Of(Get("/" + (template ?? "") + "{a}"), identity) is not PathResolution.Resolved { Path: var path }
                || !path.Any(c => c is '{' or '}' or <= ' ' or >= '\x7f');
        }).QuickCheckThrowOnFailure();
    }

    private static Operation Get(string template) => new() { Method = "GET", PathTemplate = template };
}
