using System;
using System.IO;
using System.Linq;
using System.Text;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Spec;

public sealed class ApiDescriptionReaderTests
{
    private const string Orders = """
        openapi: 3.1.0
        info: { title: Orders, version: "1" }
        servers: [ { url: /v1 } ]
        security: [ { mtls: [] } ]
        components:
          securitySchemes:
            mtls: { type: mutualTLS }
            jwt: { type: http, scheme: bearer }
          parameters:
            Id: { name: id, in: path, required: true, schema: { type: integer, examples: [17, 18] } }
        paths:
          /orders/{id}:
            parameters: [ { $ref: '#/components/parameters/Id' } ]
            get: {}
            delete: { security: [ { mtls: [], jwt: [] } ] }
          /profiles/{name}:
            get:
              security: [ { mtls: [] }, { jwt: [] } ]
              parameters:
                - { name: name, in: path, required: true, example: alice }
                - { name: q, in: query, required: true, schema: { enum: [a, b] } }
          /health: { get: { security: [] } }
          /maybe: { get: { security: [ {}, { mtls: [] } ] } }
        """;

    [Fact]
    public void Reads_paths_methods_security_and_values()
    {
        ApiDescription description = Read(Orders);
        description.Version.ShouldBe("3.1.0");
        description.Operations.Select(operation => (operation.Name, operation.HasSecurity, operation.DemandsMutualTls)).ShouldBe(
        [
            ("GET /v1/orders/{id}", true, true),
            ("DELETE /v1/orders/{id}", true, true),
            ("GET /v1/profiles/{name}", true, false),
            ("GET /v1/health", false, false),
            ("GET /v1/maybe", false, false),
        ]);
        description.Operations[0].Parameters.ShouldHaveSingleItem().Examples.ShouldBe(["17", "18"]);
        description.Operations[2].Parameters.Select(parameter => (parameter.Name, parameter.In, parameter.Required, parameter.Examples[0]))
            .ShouldBe([("name", "path", true, "alice"), ("q", "query", true, "a")]);
    }

    [Theory]
    [InlineData("x-mtls: true", true)]
    [InlineData("x-mtls: { required: true }", true)]
    [InlineData("x-client-cert: required", true)]
    [InlineData("x-mtls: optional", false)]
    [InlineData("x-mtls: false", false)]
    public void Reads_the_vendor_extensions(string extension, bool demands)
    {
        Operation operation = Read($"openapi: 3.0.3\npaths: {{ /a: {{ get: {{ {extension} }} }} }}").Operations.Single();
        operation.DemandsMutualTls.ShouldBe(demands);
        operation.HasSecurity.ShouldBe(demands);
        Read($"openapi: 3.0.3\n{extension}\npaths: {{ /a: {{ get: {{}} }}, /b: {{ x-mtls: false, get: {{}} }} }}").Operations
            .Select(one => one.DemandsMutualTls).ShouldBe([demands, false]);
    }

    [Fact]
    public void Reads_swagger_2_and_openapi_3_2()
    {
        ApiDescription old = Read("""{"swagger":"2.0","basePath":"/api","securityDefinitions":{"k":{"type":"apiKey"}},"paths":{"/a/{id}":{"get":{"security":[{"k":[]}],"parameters":[{"name":"id","in":"path","type":"integer","default":5}]}}}}""");
        Operation operation = old.Operations.Single();
        operation.ShouldSatisfyAllConditions(one => one.Name.ShouldBe("GET /api/a/{id}"), one => one.HasSecurity.ShouldBeTrue(), one => one.Parameters.Single().Examples.ShouldBe(["5"]));

        Read("openapi: 3.2.0\npaths: { /a: { query: {}, additionalOperations: { LINK: {} } } }").Operations.Select(one => one.Name).ShouldBe(["QUERY /a", "LINK /a"]);
    }

    [Fact]
    public void The_target_s_own_path_is_not_repeated()
    {
        TargetUrl.TryParse("https://api.example.com/v1", out TargetUrl? target, out _).ShouldBeTrue();
        Read(Orders, target).Operations[3].PathTemplate.ShouldBe("/health");
        TargetUrl.TryParse("https://api.example.com", out target, out _).ShouldBeTrue();
        ApiDescription described = Read("openapi: 3.0.0\nservers: [ { url: 'https://{h}/api', variables: { h: { default: other.example } } } ]\npaths: { /a: { get: {} } }", target);
        described.Operations.Single().PathTemplate.ShouldBe("/api/a");
        described.Notes.ShouldHaveSingleItem().ShouldContain("other.example: it is not contacted");
    }

    [Fact]
    public void Follows_references_to_files_below_its_folder_and_to_nothing_else()
    {
        string folder = Directory.CreateTempSubdirectory("sallyport-spec-").FullName;
        try
        {
            string inside = Directory.CreateDirectory(Path.Combine(folder, "api")).FullName;
            File.WriteAllText(Path.Combine(folder, "secret.yaml"), "Item: { get: {} }");
            File.WriteAllText(Path.Combine(inside, "items.yaml"), "Item: { get: { parameters: [ { $ref: '#/P' } ] } }\nP: { name: id, in: path, example: 7 }");
            File.CreateSymbolicLink(Path.Combine(inside, "link.yaml"), Path.Combine(folder, "secret.yaml"));
            string path = Path.Combine(inside, "openapi.yaml");
            File.WriteAllText(path, """
                openapi: 3.1.0
                paths:
                  /a/{id}: { $ref: 'items.yaml#/Item' }
                  /b: { $ref: '../secret.yaml#/Item' }
                  /c: { $ref: 'link.yaml#/Item' }
                  /d: { $ref: 'https://evil.example/x.yaml#/Item' }
                  /e: { $ref: '/etc/hostname' }
                """);
            ApiDescription description = ApiDescriptionReader.ReadFile(path, null).ShouldBeOfType<ApiDescriptionAnswer.Read>().Description;
            Operation only = description.Operations.ShouldHaveSingleItem();
            only.Name.ShouldBe("GET /a/{id}");
            only.Parameters.Single().Examples.ShouldBe(["7"]);
            description.Notes.Length.ShouldBe(4);

            // What was fetched may refer to no file at all.
            ApiDescriptionReader.Read(File.ReadAllBytes(path), "fetched", null).ShouldBeOfType<ApiDescriptionAnswer.Read>().Description.Operations.ShouldBeEmpty();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("", "names no version")]
    [InlineData("hello", "names no version")]
    [InlineData("openapi: 4.0.0", "is not read")]
    [InlineData("asyncapi: 3.0.0", "names no version")]
    [InlineData("{\"openapi\": \"3.0.0\", ", "not valid JSON")]
    [InlineData("openapi: [", "not valid YAML")]
    public void Tells_what_is_no_description(string text, string message) =>
        Answer(text).ShouldBeOfType<ApiDescriptionAnswer.Broken>().Problem.ToString().ShouldContain(message);

    [Fact]
    public void Hostile_descriptions_end_quickly_and_send_nothing_odd()
    {
        Read("""{"openapi":"3.0.0","paths":{"//evil.example/a":{"get":{}},"/a b":{"get":{}},"/a\r\nX: y":{"get":{}},"/../b":{"get":{}},"http://evil.example":{"get":{}},"/ok":{"get":{},"x y":{}}}}""")
            .Operations.Select(operation => operation.Name).ShouldBe(["GET /ok"]);
        Read("openapi: 3.0.0\npaths: { /a: { $ref: '#/paths/~1b' }, /b: { $ref: '#/paths/~1a' }, /c: { $ref: '#/paths/~1c/x' } }").Notes.ShouldNotBeEmpty();

        // Nine levels of ten aliases each: a billion values when unfolded.
        var bomb = new StringBuilder("openapi: 3.0.0\na0: &a0 [" + string.Join(',', Enumerable.Repeat("lol", 10)) + "]\n");
        for (int level = 1; level <= 9; level++)
        {
            bomb.Append($"a{level}: &a{level} [{string.Join(',', Enumerable.Repeat($"*a{level - 1}", 10))}]\n");
        }

        Answer(bomb.ToString()).ShouldBeOfType<ApiDescriptionAnswer.Broken>().Problem.Message.ShouldContain("unfolds to more");
        Answer(new string('[', 500_000)).ShouldBeOfType<ApiDescriptionAnswer.Broken>();
        Answer("{\"a\":" + string.Concat(Enumerable.Repeat("[", 500_000))).ShouldBeOfType<ApiDescriptionAnswer.Broken>();
        string many = "openapi: 3.0.0\npaths:\n" + string.Concat(Enumerable.Range(0, 3_000).Select(number => $"  /p{number}: {{ get: {{}} }}\n"));
        Read(many).Operations.Length.ShouldBe(2_000);
    }

    [Fact]
    public void Never_throws_on_mutated_descriptions()
    {
        var random = new Random(3);
        int broken = 0;
        for (int round = 0; round < 400; round++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(Orders);
            for (int change = 0; change < 1 + (round % 4); change++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            broken += ApiDescriptionReader.Read(bytes, "fuzz", null) is ApiDescriptionAnswer.Broken ? 1 : 0;
        }

        broken.ShouldBeGreaterThan(50);
    }

    [Fact]
    public void Merges_with_what_the_user_names_and_leaves_out_the_excluded()
    {
        TargetUrl.TryParse("https://api.example.com", out TargetUrl? target, out _).ShouldBeTrue();
        var request = new ScanRequest { Target = target.ShouldNotBeNull(), Protected = ["GET /v1/orders/**", "GET /own"], Public = ["GET /v1/health"], Excluded = ["DELETE /**"] };
        ScanRequest merged = OperationMerge.WithDescription(OperationMerge.WithNamed(request, ["POST /v1/extra/{id}"]), Read(Orders));
        merged.HasDescription.ShouldBeTrue();
        merged.Operations.Select(operation => (operation.Name, operation.DeclaredProtected, operation.DeclaredPublic)).ShouldBe(
        [
            ("POST /v1/extra/{id}", false, false),
            ("GET /own", true, false),
            ("GET /v1/health", false, true),
            ("GET /v1/orders/{id}", true, false),
            ("GET /v1/profiles/{name}", false, false),
            ("GET /v1/maybe", false, false),
        ]);
        OperationMerge.IsExcluded(merged, "delete", "/v1/orders/17?x=1").ShouldBeTrue();
    }

    private static ApiDescription Read(string text, TargetUrl? target = null) => Answer(text, target).ShouldBeOfType<ApiDescriptionAnswer.Read>().Description;

    /// <summary>Names and values that are no Unicode: as octets, and as the half of a surrogate pair that JSON can spell.</summary>
    [Theory]
    [InlineData("""{"openapi":"3.1.0","paths":{"/a":{"get":{"NAME":1,"operationId":"a"}}}}""", true)]
    [InlineData("""{"openapi":"3.1.0","NAME":1,"paths":{}}""", true)]
    [InlineData("""{"openapi":"3.1.0","paths":{"/NAME":{"get":{}}}}""", true)]
    [InlineData("""{"openapi":"3.1.0","paths":{"/a":{"get":{"operationId":"NAME","parameters":[{"name":"NAME","in":"query","required":true,"example":"NAME"}]}}}}""", false)]
    [InlineData("""{"openapi":"NAME","paths":{}}""", false)]
    public void Text_that_is_no_Unicode_is_refused_or_left_out_but_never_thrown_at(string shape, bool asName)
    {
        foreach (byte[] name in (byte[][])[[0xFF], [0xC3], [0xED, 0xA0, 0x80], [.. "\\ud800"u8], [.. "x\\udc00y"u8]])
        {
            byte[] text = [.. shape.Split("NAME").SelectMany((part, i) => (byte[])[.. i == 0 ? [] : name, .. Encoding.UTF8.GetBytes(part)])];
            ApiDescriptionAnswer answer = ApiDescriptionReader.Read(text, "spec", null);
            if (asName)
            {
                answer.ShouldBeOfType<ApiDescriptionAnswer.Broken>();
            }
        }
    }

    private static ApiDescriptionAnswer Answer(string text, TargetUrl? target = null) => ApiDescriptionReader.Read(Encoding.UTF8.GetBytes(text), "spec", target);
}
