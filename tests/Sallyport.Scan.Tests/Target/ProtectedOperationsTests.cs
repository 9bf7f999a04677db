using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Target;

public sealed class ProtectedOperationsTests
{
    private static readonly Identity s_alice = new() { Name = "alice", Values = ImmutableDictionary<string, string>.Empty.Add("id", "a/7").Add("q", "x y") };

    [Fact]
    public void Declared_comes_before_mutual_TLS_before_other_security()
    {
        Names(Request(Get("/c") with { HasSecurity = true }, Get("/b") with { HasSecurity = true, DemandsMutualTls = true }, Get("/a") with { DeclaredProtected = true }))
            .ShouldBe(["GET /a", "GET /b", "GET /c"]);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/health")]
    [InlineData("/api/healthz")]
    [InlineData("/metrics")]
    [InlineData("/docs/index.html")]
    [InlineData("/openapi.json")]
    public void Never_what_is_open_nearly_everywhere_unless_the_user_declares_it(string path)
    {
        Names(Request(Get(path) with { HasSecurity = true })).ShouldBeEmpty();
        Names(Request(Get(path) with { DeclaredProtected = true })).ShouldBe([$"GET {path}"]);
    }

    [Fact]
    public void Never_what_writes_what_is_public_or_what_has_no_value()
    {
        Names(Request(
            Get("/a") with { HasSecurity = true, Method = "POST" },
            Get("/b") with { HasSecurity = true, DeclaredPublic = true },
            Get("/c/{unknown}") with { HasSecurity = true },
            Get("/d"))).ShouldBeEmpty();
    }

    [Fact]
    public void Without_a_description_what_the_user_named_will_do() =>
        Names(Request(Get("/d")) with { HasDescription = false }).ShouldBe(["GET /d"]);

    [Fact]
    public void Values_are_encoded_and_the_prefix_of_the_target_stays()
    {
        Operation operation = Get("/orders/{id}") with { HasSecurity = true, Parameters = [new("id", "path", true, ["9"]), new("q", "query", true, []), new("opt", "query", false, ["1"])] };
        ProtectedOperations.Candidates(Request(operation), s_alice).Single().Path.ShouldBe("/v1/orders/a%2F7?q=x%20y");
    }

    [Fact]
    public void A_literal_brace_is_never_sent()
    {
        OperationPath.Resolve(Get("/x/{id"), s_alice).ShouldBe("/x/%7Bid");
        OperationPath.Resolve(Get("/x/{}"), s_alice).ShouldBeNull();
        OperationPath.Resolve(Get("/x/{nobody}"), null).ShouldBeNull();
    }

    private static Operation Get(string path) => new() { Method = "GET", PathTemplate = path };

    private static string[] Names(ScanRequest request) => [.. ProtectedOperations.Candidates(request, s_alice).Select(c => c.Operation.Name)];

    private static ScanRequest Request(params ImmutableArray<Operation> operations)
    {
        TargetUrl.TryParse("https://api.example/v1/", out TargetUrl? url, out _).ShouldBeTrue();
        return new() { Target = url!, Operations = operations, HasDescription = true }; // asserted
    }
}
