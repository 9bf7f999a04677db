using Sallyport.Scan.Spec;

namespace Sallyport.Scan.Tests.Spec;

public sealed class OperationPatternTests
{
    [Theory]
    [InlineData("GET /orders", "GET", "/orders", true)]
    [InlineData("get /orders/", "GET", "/Orders", true)]
    [InlineData("GET /orders", "POST", "/orders", false)]
    [InlineData("* /orders", "POST", "/orders?x=1", true)]
    [InlineData("GET /orders/*", "GET", "/orders/17", true)]
    [InlineData("GET /orders/*", "GET", "/orders", false)]
    [InlineData("GET /orders/*", "GET", "/orders/17/lines", false)]
    [InlineData("GET /orders/**", "GET", "/orders", true)]
    [InlineData("GET /orders/**", "GET", "/orders/17/lines", true)]
    [InlineData("GET /**/lines", "GET", "/orders/17/lines", true)]
    [InlineData("GET /**", "GET", "/", true)]
    [InlineData("GET /orders/{id}", "GET", "/orders/17", true)]
    [InlineData("GET /a*c/x", "GET", "/abbc/x", true)]
    [InlineData("GET /a*c/x", "GET", "/abbd/x", false)]
    public void Matches_as_written(string pattern, string method, string path, bool matches)
    {
        OperationPattern.TryParse(pattern, out OperationPattern? parsed, out _).ShouldBeTrue();
        parsed.ShouldNotBeNull().Matches(method, path).ShouldBe(matches);
    }

    [Theory]
    [InlineData("/orders")]
    [InlineData("GET")]
    [InlineData("GET orders")]
    [InlineData("GET /a /b")]
    [InlineData("G@T /a")]
    [InlineData("GET /a?b=c")]
    [InlineData("GET /a\u0000b")]
    [InlineData("")]
    public void Refuses_what_is_no_operation(string text)
    {
        OperationPattern.TryParse(text, out _, out string? wrong).ShouldBeFalse();
        wrong.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void Many_stars_stay_quick()
    {
        string many = "GET " + string.Concat(System.Linq.Enumerable.Repeat("/**/a", 100));
        OperationPattern.TryParse(many, out OperationPattern? parsed, out _).ShouldBeTrue();
        parsed.ShouldNotBeNull().Matches("GET", string.Concat(System.Linq.Enumerable.Repeat("/a", 900)) + "/b").ShouldBeFalse();
    }
}
