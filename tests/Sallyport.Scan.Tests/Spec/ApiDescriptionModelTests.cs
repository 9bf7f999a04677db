using System;
using System.Linq;
using System.Text;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Spec;

public sealed class ApiDescriptionModelTests
{
    private const string Everything = """
        openapi: 3.1.0
        info: { title: Orders, version: "1" }
        servers: [ { url: 'https://{h}/v1', variables: { h: { default: api.example.com } } }, { url: 'http://old.example.com' } ]
        security: [ { mtls: [], jwt: [] } ]
        components:
          securitySchemes:
            mtls: { type: mutualTLS }
            jwt: { type: http, scheme: Bearer, bearerFormat: JWT }
            basic: { type: http, scheme: basic }
            digest: { type: http, scheme: digest }
            key: { type: apiKey, in: query, name: api_key }
            bad: { type: apiKey, in: header, name: "X\r\nHost: evil.example" }
            oauth: { type: oauth2, flows: { implicit: { authorizationUrl: 'http://login.example.com/a', scopes: { 'orders:read': r } }, password: { tokenUrl: /token, scopes: {} } } }
            oidc: { type: openIdConnect, openIdConnectUrl: 'https://login.example.com/.well-known/openid-configuration' }
          schemas:
            Order: { type: object, required: [id, item], properties: { id: { type: integer, readOnly: true }, item: { type: string }, note: { type: [string, 'null'] } }, additionalProperties: false }
        paths:
          /orders:
            x-roles: [reader]
            get: { operationId: list, tags: [orders, a], deprecated: true, x-required-roles: [clerk, boss], responses: { 200: { description: ok, headers: { ETag: {}, "bad name": {} }, content: { application/json: { schema: { type: array, maxItems: 9, items: { $ref: '#/components/schemas/Order' } } } } }, 4XX: {}, default: {}, nonsense: {} } }
            post:
              security: [ { oauth: [ 'orders:write' ] }, { key: [], nowhere: [] }, {} ]
              requestBody:
                required: true
                content:
                  text/plain: {}
                  application/json; charset=utf-8:
                    schema: { $ref: '#/components/schemas/Order' }
                    example: { item: tea }
                    examples: { two: { value: { item: coffee } } }
          /open: { get: { security: [] } }
        """;

    [Fact]
    public void Reads_what_an_operation_is_and_what_it_demands()
    {
        ApiDescription description = Read(Everything);
        Operation list = description.Operations.Single(one => one.Name == "GET /v1/orders");
        list.OperationId.ShouldBe("list");
        list.Tags.ShouldBe(["orders", "a"]);
        list.Deprecated.ShouldBeTrue();
        list.Roles.ShouldBe(["clerk", "boss"]);
        list.DemandsMutualTls.ShouldBeTrue();
        list.Security.ShouldHaveSingleItem().Schemes.Select(scheme => scheme.Kind).ShouldBe([SecuritySchemeKind.MutualTls, SecuritySchemeKind.Bearer]);
        list.Responses.Select(response => response.Status).ShouldBe(["200", "4XX", "default"]);
        list.Responses[0].Headers.ShouldBe(["ETag"]);
        list.Responses[0].Schema.ShouldNotBeNull().Items.ShouldNotBeNull().Name.ShouldBe("Order");
        list.Responses[1].Covers(404).ShouldBeTrue();
        list.Responses[1].Covers(500).ShouldBeFalse();

        Operation post = description.Operations.Single(one => one.Method == "POST");
        post.Roles.ShouldBe(["reader"]);
        (post.HasSecurity, post.DemandsMutualTls, post.WaivesSecurity).ShouldBe((false, false, true));
        post.Security.Length.ShouldBe(3);
        post.Security[0].Schemes.Single().Scopes.ShouldBe(["orders:write"]);
        post.Security[1].Schemes.Select(scheme => (scheme.Kind, scheme.In, scheme.ParameterName)).ShouldBe([(SecuritySchemeKind.ApiKey, "query", "api_key"), (SecuritySchemeKind.Unknown, null, null)]);
        ApiBody body = post.Body.ShouldNotBeNull();
        body.ShouldSatisfyAllConditions(one => one.MediaType.ShouldBe("application/json"), one => one.Required.ShouldBeTrue(), one => one.OtherMediaTypes.ShouldBe(["text/plain"]));
        body.Examples.ShouldBe(["""{"item":"tea"}""", """{"item":"coffee"}"""]);

        Operation open = description.Operations.Single(one => one.Name == "GET /v1/open");
        (open.HasSecurity, open.WaivesSecurity, open.Security.Length).ShouldBe((false, true, 0));
    }

    [Fact]
    public void Reads_the_schemes_and_servers()
    {
        ApiDescription description = Read(Everything);
        description.Servers.ShouldBe(["https://api.example.com/v1", "http://old.example.com"]);
        description.Schemes.Select(scheme => (scheme.Scheme.Name, scheme.Scheme.Kind)).ShouldBe(
        [
            ("mtls", SecuritySchemeKind.MutualTls), ("jwt", SecuritySchemeKind.Bearer), ("basic", SecuritySchemeKind.Basic), ("digest", SecuritySchemeKind.Unknown),
            ("key", SecuritySchemeKind.ApiKey), ("bad", SecuritySchemeKind.ApiKey), ("oauth", SecuritySchemeKind.OAuth2), ("oidc", SecuritySchemeKind.OpenIdConnect),
        ]);
        description.Schemes[5].Scheme.ParameterName.ShouldBeNull("a line break in a header's name must never come near a request");
        description.Schemes[6].ShouldSatisfyAllConditions(
            oauth => oauth.Flows.ShouldBe(["implicit", "password"]), oauth => oauth.Scopes.ShouldBe(["orders:read"]), oauth => oauth.Urls.ShouldBe(["http://login.example.com/a", "/token"]));
    }

    [Fact]
    public void Reads_the_bodies_of_openapi_2()
    {
        ApiDescription description = Read("""
            swagger: "2.0"
            host: api.example.com
            basePath: /v2
            schemes: [https, http]
            consumes: [application/json]
            securityDefinitions: { b: { type: basic }, o: { type: oauth2, flow: accessCode, authorizationUrl: 'https://l.example.com', scopes: { s: x } } }
            definitions: { Pet: { type: object, properties: { name: { type: string } } } }
            paths:
              /pets:
                post: { security: [ { o: [s] } ], parameters: [ { in: body, name: pet, required: true, schema: { $ref: '#/definitions/Pet' } } ], responses: { 200: { schema: { $ref: '#/definitions/Pet' } } } }
              /forms:
                post: { parameters: [ { in: formData, name: a, type: string, required: true }, { in: formData, name: f, type: file }, { in: query, name: q, type: integer, maximum: 9 } ] }
            """);
        description.Servers.ShouldBe(["https://api.example.com/v2", "http://api.example.com/v2"]);
        description.Schemes.Select(scheme => (scheme.Scheme.Kind, scheme.Flows.FirstOrDefault())).ShouldBe([(SecuritySchemeKind.Basic, null), (SecuritySchemeKind.OAuth2, "authorizationCode")]);
        Operation pets = description.Operations[0];
        pets.Body.ShouldNotBeNull().ShouldSatisfyAllConditions(body => body.MediaType.ShouldBe("application/json"), body => body.Required.ShouldBeTrue(), body => body.Schema.ShouldNotBeNull().Name.ShouldBe("Pet"));
        pets.Responses.Single().ShouldSatisfyAllConditions(one => one.MediaType.ShouldBe("application/json"), one => one.Schema.ShouldNotBeNull().Name.ShouldBe("Pet"));
        Operation forms = description.Operations[1];
        forms.Body.ShouldNotBeNull().ShouldSatisfyAllConditions(body => body.MediaType.ShouldBe("multipart/form-data"), body => body.Schema.ShouldNotBeNull().Properties.Keys.ShouldBe(["a", "f"]), body => body.Schema.ShouldNotBeNull().Required.ShouldBe(["a"]));
        forms.Parameters.Single().Schema.ShouldNotBeNull().Maximum.ShouldBe(9);
    }

    [Fact]
    public void Adds_the_vendor_extension_to_every_alternative()
    {
        Operation both = Read("openapi: 3.0.0\nx-mtls: true\ncomponents: { securitySchemes: { k: { type: apiKey, in: cookie, name: s } } }\npaths: { /a: { get: { security: [ { k: [] }, {} ] } } }").Operations.Single();
        both.Security.Select(one => string.Join('+', one.Schemes.Select(scheme => scheme.Kind))).ShouldBe(["ApiKey+MutualTls", "MutualTls"]);
        (both.HasSecurity, both.DemandsMutualTls).ShouldBe((true, true));
    }

    [Fact]
    public void Header_parameters_that_no_field_can_be_are_left_out() =>
        Read("""{"openapi":"3.0.0","paths":{"/a":{"get":{"parameters":[{"in":"header","name":"X-A","example":"1"},{"in":"header","name":"X\r\nEvil"},{"in":"header","name":"Authorization"},{"in":"cookie","name":"a;b"}]}}}}""")
            .Operations.Single().Parameters.Select(parameter => parameter.Name).ShouldBe(["X-A"]);

    [Theory]
    [InlineData("""{"openapi":"3.0.0","paths":{"\ud800":{"get":{}}}}""")]
    [InlineData("""{"openapi":"3.0.0","\udc00":1,"paths":{}}""")]
    public void Names_that_are_no_text_are_refused(string text) => ApiDescriptionReader.Read(Encoding.UTF8.GetBytes(text), "spec", null)
        .ShouldBeOfType<ApiDescriptionAnswer.Broken>().Problem.Message.ShouldContain("no Unicode");

    [Fact]
    public void Never_throws_and_never_lingers_on_mutated_descriptions()
    {
        var random = new Random(11);
        byte[] start = Encoding.UTF8.GetBytes(Everything);
        string[] words = ["$ref", "allOf: [", "}", "{", "- ", "null", "\"\\ud800\"", "&a ", "*a ", "1e999", "'#/'", "oneOf", "\0", "x-mtls: true"];
        int read = 0;
        for (int round = 0; round < 600; round++)
        {
            byte[] bytes = [.. start];
            for (int change = 0; change < 1 + (round % 5); change++)
            {
                int at = random.Next(bytes.Length);
                byte[] word = Encoding.UTF8.GetBytes(words[random.Next(words.Length)]);
                bytes = random.Next(3) switch
                {
                    0 => [.. bytes[..at], .. word, .. bytes[at..]],
                    1 => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(40))..]],
                    _ => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
                };
            }

            read += ApiDescriptionReader.Read(bytes, "fuzz", null) is ApiDescriptionAnswer.Read ? 1 : 0;
        }

        read.ShouldBeInRange(20, 580);
    }

    [Fact]
    public void A_hostile_description_costs_little_memory()
    {
        // 500 members and 500 others that are merged, fifty thousand times.
        string wide(string prefix) => string.Join(",", Enumerable.Range(0, 500).Select(number => $"\"{prefix}{number}\":{{\"type\":\"string\"}}"));
        string both = """{"allOf":[{"$ref":"#/components/schemas/A"},{"$ref":"#/components/schemas/B"}]}""";
        string members = string.Join(",", Enumerable.Range(0, 50).Select(number => $"\"m{number}\":{both}"));
        string paths = string.Join(",", Enumerable.Range(0, 1_000).Select(number =>
            $"\"/p{number}\":{{\"post\":{{\"requestBody\":{{\"content\":{{\"application/json\":{{\"schema\":{{\"properties\":{{{members}}}}}}}}}}}}}}}"));
        string text = $"{{\"openapi\":\"3.0.0\",\"components\":{{\"schemas\":{{\"A\":{{\"properties\":{{{wide("a")}}}}},\"B\":{{\"properties\":{{{wide("b")}}}}}}}}},\"paths\":{{{paths}}}}}";

        long before = GC.GetAllocatedBytesForCurrentThread();
        ApiDescription description = Read(text);
        long cost = GC.GetAllocatedBytesForCurrentThread() - before;
        description.Operations.Length.ShouldBe(1_000);
        description.Notes.ShouldContain(note => note.Contains("more schemas than are read", StringComparison.Ordinal));
        cost.ShouldBeLessThan(400_000_000, "merging must be paid from the same purse as reading");
    }

    private static ApiDescription Read(string text) => ApiDescriptionReader.Read(Encoding.UTF8.GetBytes(text), "spec", null).ShouldBeOfType<ApiDescriptionAnswer.Read>().Description;
}
