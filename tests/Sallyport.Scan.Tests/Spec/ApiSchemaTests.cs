using System.Linq;
using System.Text;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Spec;

public sealed class ApiSchemaTests
{
    [Fact]
    public void Reads_the_words_of_every_version()
    {
        ApiSchema old = Schema("{ type: object, properties: { a: { type: string, nullable: true, minLength: 2, maxLength: 9, pattern: '^x' }, b: { type: integer, minimum: 1, exclusiveMinimum: true, maximum: 9 } }, required: [a], additionalProperties: false }");
        old.Types.ShouldBe(["object"]);
        old.Required.ShouldBe(["a"]);
        old.AdditionalProperties.ShouldBe(false);
        old.Properties["a"].ShouldSatisfyAllConditions(a => a.Types.ShouldBe(["string"]), a => a.Nullable.ShouldBeTrue(), a => a.MinLength.ShouldBe(2), a => a.MaxLength.ShouldBe(9), a => a.Pattern.ShouldBe("^x"));
        old.Properties["b"].ShouldSatisfyAllConditions(b => b.Minimum.ShouldBe(1), b => b.MinimumExcluded.ShouldBeTrue(), b => b.Maximum.ShouldBe(9), b => b.MaximumExcluded.ShouldBeFalse());

        ApiSchema newer = Schema("{ type: [string, 'null'], enum: [one, null, 'two'], examples: [two, one], default: one }");
        newer.ShouldSatisfyAllConditions(one => one.Types.ShouldBe(["string"]), one => one.Nullable.ShouldBeTrue(), one => one.Enum.ShouldBe(["\"one\"", "\"two\""]), one => one.Example.ShouldBe("\"two\""), one => one.Default.ShouldBe("\"one\""));
        Schema("{ exclusiveMaximum: 5, maximum: 7, minimum: 0, multipleOf: 0.5 }").ShouldSatisfyAllConditions(one => one.Maximum.ShouldBe(5), one => one.MaximumExcluded.ShouldBeTrue(), one => one.MultipleOf.ShouldBe(0.5m));
        Schema("{ const: 7 }").Enum.ShouldBe(["7"]);
        Schema("{ type: array, maxItems: 3, items: { type: string, format: uuid, readOnly: true } }").ShouldSatisfyAllConditions(one => one.MaxItems.ShouldBe(3), one => one.Items.ShouldNotBeNull().Format.ShouldBe("uuid"), one => one.Items.ShouldNotBeNull().ReadOnly.ShouldBeTrue());
        Schema("{ patternProperties: { '^x': {} }, additionalProperties: false }").AdditionalProperties.ShouldBe(true);
        Schema("true").ShouldBe(SchemaMerge.Any);
        Schema("false").Cut.ShouldBeTrue();
    }

    [Fact]
    public void Merges_what_must_hold_together()
    {
        ApiSchema both = Schema("""
            { allOf: [ { $ref: '#/components/schemas/Base' }, { type: object, properties: { name: { maxLength: 5 }, more: { type: number } }, required: [more] } ], nullable: true }
            """, "Base: { type: object, properties: { id: { type: integer, readOnly: true }, name: { type: string, maxLength: 50 } }, required: [id] }");
        both.Properties.Keys.ShouldBe(["id", "more", "name"]);
        both.Required.ShouldBe(["id", "more"], ignoreOrder: true);
        both.Properties["name"].ShouldSatisfyAllConditions(name => name.Types.ShouldBe(["string"]), name => name.MaxLength.ShouldBe(5));
        both.Properties["id"].ReadOnly.ShouldBeTrue();
        both.Nullable.ShouldBeTrue();
        Schema("{ $ref: '#/components/schemas/Base', readOnly: true }", "Base: { type: string }").ShouldSatisfyAllConditions(one => one.ReadOnly.ShouldBeTrue(), one => one.Name.ShouldBe("Base"));
    }

    [Fact]
    public void Keeps_each_alternative_whole_and_what_they_have_together()
    {
        ApiSchema one = Schema("""
            { type: object, required: [amount], properties: { amount: { type: number } },
              oneOf: [ { $ref: '#/components/schemas/Card' }, { $ref: '#/components/schemas/Bank' } ],
              discriminator: { propertyName: kind, mapping: { card: '#/components/schemas/Card' } } }
            """, "Card: { type: object, required: [number, kind], properties: { number: { type: string }, kind: { type: string } }, additionalProperties: false }", "Bank: { type: object, required: [iban], properties: { iban: { type: string }, kind: { type: string } } }");
        one.Properties.Keys.ShouldBe(["amount", "iban", "kind", "number"]);
        one.Required.ShouldBe(["amount", "kind"], ignoreOrder: true);
        one.AdditionalProperties.ShouldBeNull();
        one.Alternatives.Length.ShouldBe(2);
        one.Alternatives[0].Properties.Keys.ShouldBe(["amount", "kind", "number"]);
        one.Alternatives[0].Properties["kind"].Enum.ShouldBe(["\"card\""]);
        one.Alternatives[1].Properties["kind"].Enum.ShouldBe(["\"Bank\""]);
        one.Alternatives[1].Required.ShouldBe(["amount", "iban", "kind"], ignoreOrder: true);

        Schema("{ anyOf: [ { type: string, maxLength: 3 }, { type: 'null' } ] }").ShouldSatisfyAllConditions(
            maybe => maybe.Nullable.ShouldBeTrue(), maybe => maybe.Types.ShouldBe(["string"]), maybe => maybe.MaxLength.ShouldBe(3), maybe => maybe.Alternatives.ShouldBeEmpty());
    }

    [Fact]
    public void Cuts_what_has_no_end()
    {
        ApiSchema node = Schema("{ $ref: '#/components/schemas/Node' }", "Node: { type: object, properties: { id: { type: integer }, children: { type: array, items: { $ref: '#/components/schemas/Node' } } } }");
        int levels = 0;
        for (ApiSchema? at = node; at is not null; at = at.Properties.TryGetValue("children", out ApiSchema? children) ? children.Items : null)
        {
            levels++;
            at.Cut.ShouldBe(at.Properties.IsEmpty);
        }

        levels.ShouldBeInRange(3, 10);
        Schema("{ $ref: '#/components/schemas/A' }", "A: { $ref: '#/components/schemas/B' }", "B: { allOf: [ { $ref: '#/components/schemas/A' }, { type: object } ] }").ShouldSatisfyAllConditions(one => one.Cut.ShouldBeTrue(), one => one.Types.ShouldBe(["object"]));
        Schema("{ $ref: '#/nowhere' }").Cut.ShouldBeTrue();
    }

    [Fact]
    public void A_schema_that_unfolds_without_end_stays_small()
    {
        // Every schema holds every other one five times: unfolded, more values than there are atoms.
        string[] names = [.. Enumerable.Range(0, 40).Select(number => $"S{number}")];
        string members = string.Join(", ", names.Select(name => $"p{name}: {{ $ref: '#/components/schemas/{name}' }}, q{name}: {{ oneOf: [ {{ $ref: '#/components/schemas/{name}' }}, {{ $ref: '#/components/schemas/S0' }} ] }}"));
        ApiSchema schema = Schema("{ $ref: '#/components/schemas/S0' }", [.. names.Select(name => $"{name}: {{ type: object, properties: {{ {members} }} }}")]);
        schema.Properties.Count.ShouldBe(80);
        Count(schema).ShouldBeInRange(80, 40_000);
    }

    private static int Count(ApiSchema schema) =>
        1 + schema.Properties.Values.Sum(Count) + schema.Alternatives.Sum(Count) + (schema.Items is { } items ? Count(items) : 0);

    private static ApiSchema Schema(string schema, params string[] others)
    {
        string text = $"openapi: 3.1.0\npaths: {{ /a: {{ post: {{ requestBody: {{ content: {{ application/json: {{ schema: {schema.ReplaceLineEndings(" ")} }} }} }} }} }} }}\n"
            + "components:\n  schemas:\n" + string.Concat(others.Append("Unused: {}").Select(other => $"    {other}\n"));
        ApiDescriptionAnswer answer = ApiDescriptionReader.Read(Encoding.UTF8.GetBytes(text), "spec", null);
        return answer.ShouldBeOfType<ApiDescriptionAnswer.Read>().Description.Operations.Single().Body.ShouldNotBeNull().Schema.ShouldNotBeNull();
    }
}
