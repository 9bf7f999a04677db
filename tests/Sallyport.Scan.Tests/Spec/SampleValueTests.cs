using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Sallyport.Scan.Api;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Tests.Spec;

public sealed class SampleValueTests
{
    private static readonly Identity Alice = new() { Name = "alice", Values = ImmutableDictionary<string, string>.Empty.Add("customerId", "17").Add("name", "alice") };

    [Fact]
    public void Fills_what_is_required_by_type_format_and_bounds()
    {
        JsonNode value = Value("""
            { type: object, required: [when, mail, kind, amount, lines, agreed, code, note, free, ratio],
              properties: {
                id: { type: integer, readOnly: true }, when: { type: string, format: date-time }, mail: { type: string, format: email }, kind: { type: string, enum: [small, big] },
                amount: { type: number, minimum: 0, exclusiveMinimum: true, maximum: 0.5 }, lines: { type: array, minItems: 2, items: { type: object, required: [sku], properties: { sku: { type: string, pattern: '^[A-Z]{3}-\d{4}$' } } } },
                agreed: { type: boolean }, code: { type: integer, multipleOf: 5, minimum: 12 }, note: { type: string, minLength: 20, maxLength: 22 }, ratio: { type: integer, maximum: -3 },
                optional: { type: string } } }
            """);
        value.ToJsonString().ShouldBe("""
            {"agreed":true,"amount":0.25,"code":15,"kind":"small","lines":[{"sku":"AAA-1111"},{"sku":"AAA-1111"}],"mail":"sallyport@example.com","note":"sallyportxxxxxxxxxxx","ratio":-3,"when":"2030-01-15T12:00:00Z","free":"sallyport"}
            """.Trim());
    }

    [Theory]
    [InlineData("{ type: object, properties: { a: { type: string }, b: { type: integer }, c: { type: integer, readOnly: true } } }", """{"a":"sallyport","b":1}""")]
    [InlineData("{ type: object, required: [a], properties: { a: { type: string }, b: { type: integer }, customer_id: { type: integer } } }", """{"a":"sallyport","customer_id":17}""")]
    [InlineData("{ type: object, required: [name], properties: { name: { type: string } } }", """{"name":"alice"}""")]
    [InlineData("{ type: object, required: [name], properties: { name: { type: boolean } } }", """{"name":false}""")]
    [InlineData("{ type: object, required: [name], properties: { name: { type: string, enum: [x, y] } } }", """{"name":"x"}""")]
    [InlineData("{ type: object, example: { customerId: 1, x: { customerId: '2' }, id: 5 }, properties: { id: { readOnly: true } } }", """{"customerId":17,"x":{"customerId":"17"}}""")]
    [InlineData("{ oneOf: [ { type: object, required: [a], properties: { a: { const: 7 } } }, { type: object, required: [b], properties: { b: { type: string } } } ] }", """{"a":7}""")]
    [InlineData("{ type: array, items: { type: string, format: uuid } }", """["6f9619ff-8b86-4d01-b42d-00cf4fc964ff"]""")]
    [InlineData("{ type: object, required: [a], properties: { a: { $ref: '#/nowhere', nullable: true } } }", """{"a":null}""")]
    public void Prefers_the_identity_s_values_then_examples_then_what_is_allowed(string schema, string expected) => Value(schema).ToJsonString().ShouldBe(expected);

    [Theory]
    [InlineData("{ type: object, required: [a], properties: { a: { type: string, pattern: '^(?=x)y$' } } }")]
    [InlineData("{ type: object, required: [a], properties: { a: { $ref: '#/nowhere' } } }")]
    [InlineData("{ type: object, required: [a], properties: { a: { type: integer, minimum: 5, maximum: 4 } } }")]
    [InlineData("{ type: object, required: [a], properties: { a: { type: string, minLength: 90000 } } }")]
    public void Makes_nothing_that_is_not_known_to_be_allowed(string schema) => SampleBodies.For(Post($"application/json: {{ schema: {schema} }}"), Alice).ShouldBeNull();

    [Theory]
    [InlineData(@"^\+?[1-9]\d{7,14}$")]
    [InlineData("^[a-z0-9]+(?:-[a-z0-9]+)*$")]
    [InlineData("^(GET|POST)$")]
    [InlineData(@"^[^\s@]+@[^\s@]+\.[a-z]{2,}$")]
    [InlineData(@"^\p{Lu}[\w .'-]{0,40}$")]
    [InlineData(@"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")]
    [InlineData("^[0-9a-f]{8}-[0-9a-f]{4}$")]
    [InlineData(@"^(?<y>\d{4})-\x30[\d\-]?x*?$")]
    public void Patterns_are_met(string pattern)
    {
        string made = PatternSample.Of(pattern, 0, 100).ShouldNotBeNull();
        made.ShouldMatch(pattern);
        PatternSample.Of(pattern, 0, 100).ShouldBe(made);
    }

    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("[")]
    [InlineData("(")]
    [InlineData("x{2000000}")]
    [InlineData("\\")]
    [InlineData("a{,}")]
    [InlineData("((((((((((((((((((((((((((a))))))))))))))))))))))))))")]
    [InlineData("^(?!x)[z")]
    public void Hostile_patterns_end_quickly(string pattern) => (PatternSample.Of(pattern, 3, 100)?.Length ?? 3).ShouldBeInRange(3, 100);

    [Fact]
    public void Writes_forms()
    {
        SampleBodies.For(Post("application/x-www-form-urlencoded: { schema: { type: object, required: [name, t], properties: { name: { type: string }, t: { type: array, items: { type: string, enum: ['a b', c] } } } } }"), Alice)
            .ShouldBe(new SampleBody("application/x-www-form-urlencoded", "name=alice&t=a%20b"));
        SampleBody multipart = SampleBodies.For(Post("multipart/form-data: { schema: { type: object, required: [\"f\\\"\\r\\n\"], properties: { \"f\\\"\\r\\n\": { type: string, format: binary } } } }"), Alice).ShouldNotBeNull();
        multipart.ContentType.ShouldStartWith("multipart/form-data; boundary=");
        multipart.Text.ShouldContain("name=\"f%22%0D%0A\"; filename=\"sallyport.txt\"\r\n");
    }

    [Fact]
    public void A_request_gets_its_body_and_its_headers()
    {
        Operation operation = Post("application/json: { schema: { type: object, required: [customerId], properties: { customerId: { type: integer } } } }", "[ { in: header, name: X-Tenant, required: true, schema: { type: string } }, { in: query, name: limit, required: true, schema: { type: integer, minimum: 5 } } ]");
        RawHttpRequest request = ApiRequest.For("/v1", operation, Alice).ShouldNotBeNull();
        request.Target.ShouldBe("/v1/a?limit=5");
        request.Headers.Select(header => (header.Name, header.Value)).ShouldBe([("X-Tenant", "sallyport"), ("Content-Type", "application/json")]);
        Encoding.UTF8.GetString(request.Body.Span).ShouldBe("""{"customerId":17}""");
        ApiRequest.For("", operation, Alice with { Values = Alice.Values.Add("X-Tenant", "a\r\nHost: evil.example") }).ShouldBeNull();
    }

    [Theory]
    [InlineData("/orders/{id}", "id", """[{"id":3,"orderId":9},{"id":4}]""", "3,4")]
    [InlineData("/orders/{orderId}", "orderId", """{"items":[{"Id":"x1"},{"Id":"x1"},{"name":"no"}],"total":2}""", "x1")]
    [InlineData("/orders/{id}", "id", """{"links":[1],"orders":[{"uuid":"u-1"}]}""", "u-1")]
    [InlineData("/orders/{id}", "id", """{"_embedded":{"orders":[{"_id":"5"}]},"_links":{"self":{"href":"/"}}}""", "5")]
    [InlineData("/profiles/{name}", "name", """[{"id":1,"name":"bob"}]""", "bob")]
    [InlineData("/profiles/{name}", "name", """[{"id":1}]""", "")]
    [InlineData("/orders/{id}", "id", """["a","b",{"id":"\ud800"},".."]""", "a,b")]
    [InlineData("/orders/{id}", "id", """{"a":[1],"b":[2]}""", "")]
    [InlineData("/orders/{id}", "id", """[[[""", "")]
    [InlineData("/orders/{id}", "id", """[{"\ud800":1,"id":2}]""", "")]
    [InlineData("/orders/{id}", "other", """[{"id":2}]""", "")]
    public void Lists_tell_ids(string template, string parameter, string json, string expected)
    {
        var detail = new Operation { Method = "GET", PathTemplate = template };
        string.Join(',', ListedValues.Of(detail, parameter, Encoding.UTF8.GetBytes(json))).ShouldBe(expected);
    }

    [Fact]
    public void The_list_of_a_thing_is_the_path_before_it()
    {
        Operation[] operations = [.. ((string[])["/orders", "/orders/{id}", "/orders/{id}/lines/{line}", "/orders/{id}/lines"]).Select(path => new Operation { Method = "GET", PathTemplate = path })];
        ListedValues.ListFor(operations, operations[1], "id").ShouldBe(operations[0]);
        ListedValues.ListFor(operations, operations[2], "id").ShouldBe(operations[0]);
        ListedValues.ListFor(operations, operations[2], "line").ShouldBeNull("the list itself has a parameter");
    }

    private static JsonNode Value(string schema) => SampleBodies.Value(Post($"application/json: {{ schema: {schema.ReplaceLineEndings(" ")} }}").Body.ShouldNotBeNull(), Alice).ShouldNotBeNull();

    private static Operation Post(string content, string parameters = "[]")
    {
        string text = $"openapi: 3.1.0\npaths: {{ /a: {{ post: {{ parameters: {parameters}, requestBody: {{ required: true, content: {{ {content} }} }} }} }} }}";
        return ApiDescriptionReader.Read(Encoding.UTF8.GetBytes(text), "spec", null).ShouldBeOfType<ApiDescriptionAnswer.Read>().Description.Operations.Single();
    }
}
