using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>Reads the words of one schema that need no other schema: types, limits, values.</summary>
internal static class SchemaKeywords
{
    private const int MostValues = 100;
    private const int LongestValue = 1_000;
    private const int LongestExample = 16 * 1024;

    /// <summary>The schema's own words; unknown ones and those of a wrong kind are left out.</summary>
    public static ApiSchema Of(JsonElement schema)
    {
        (ImmutableArray<string> types, bool isFile, bool isNull) = Types(schema);
        (ImmutableArray<string> values, bool nullValue, bool cut) = Values(schema);
        (decimal? minimum, bool minimumExcluded) = Bound(schema, "minimum", "exclusiveMinimum", Math.Max);
        (decimal? maximum, bool maximumExcluded) = Bound(schema, "maximum", "exclusiveMaximum", Math.Min);
        return new()
        {
            Types = types,
            Nullable = isNull || nullValue || Json.Flag(schema, "nullable") || Json.Flag(schema, "x-nullable"),
            Format = SpecText.Short(Json.Text(schema, "format")) ?? (isFile ? "binary" : null),
            Enum = values,
            Example = Example(schema),
            Default = Raw(schema, "default", LongestExample),
            Minimum = minimum,
            MinimumExcluded = minimumExcluded,
            Maximum = maximum,
            MaximumExcluded = maximumExcluded,
            MultipleOf = Number(schema, "multipleOf") is > 0 and decimal step ? step : null,
            MinLength = Count(schema, "minLength"),
            MaxLength = Count(schema, "maxLength"),
            Pattern = Json.Text(schema, "pattern") is { Length: > 0 and <= LongestValue } pattern ? pattern : null,
            MinItems = Count(schema, "minItems"),
            MaxItems = Count(schema, "maxItems"),
            Required = Required(schema),
            AdditionalProperties = Additional(schema),
            ReadOnly = Json.Flag(schema, "readOnly"),
            WriteOnly = Json.Flag(schema, "writeOnly"),
            Cut = cut,
        };
    }

    private static (ImmutableArray<string> Types, bool IsFile, bool IsNull) Types(JsonElement schema)
    {
        ImmutableArray<string> named = Json.Member(schema, "type") is { } type ? SpecText.List(type) : [];
        bool isFile = named.Contains("file");
        ImmutableArray<string> known = [.. named.Select(name => name == "file" ? "string" : name).Where(IsType).Distinct()];
        return (known, isFile, named.Contains("null"));
    }

    private static bool IsType(string name) => name is "string" or "integer" or "number" or "boolean" or "object" or "array";

    private static (ImmutableArray<string> Values, bool Null, bool Cut) Values(JsonElement schema)
    {
        if (Json.Member(schema, "const") is { } constant)
        {
            return RawJson.Of(constant, LongestValue) is string raw ? ([raw], raw == "null", false) : ([], false, true);
        }

        if (Json.Member(schema, "enum") is not { ValueKind: JsonValueKind.Array } list)
        {
            return ([], false, false);
        }

        if (list.GetArrayLength() > MostValues)
        {
            // Half a list of allowed values is worse than none.
            return ([], false, true);
        }

        ImmutableArray<string?> values = [.. list.EnumerateArray().Select(value => RawJson.Of(value, LongestValue))];
        bool cut = values.Contains(null);
        return (cut ? [] : [.. values.OfType<string>().Where(value => value != "null").Distinct()], values.Contains("null"), cut);
    }

    private static string? Example(JsonElement schema)
    {
        if (Json.Member(schema, "example") is not null)
        {
            return Raw(schema, "example", LongestExample);
        }

        return Json.Member(schema, "examples") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? RawJson.Of(list[0], LongestExample) : null;
    }

    private static (decimal? Bound, bool Excluded) Bound(JsonElement schema, string inclusive, string exclusive, Func<decimal, decimal, decimal> stricter)
    {
        decimal? bound = Number(schema, inclusive);

        // A flag beside the bound until 3.0, a bound of its own from 3.1 on.
        if (Number(schema, exclusive) is not decimal other)
        {
            return (bound, bound is not null && Json.Flag(schema, exclusive));
        }

        return bound is decimal one && stricter(one, other) == one && one != other ? (one, false) : (other, true);
    }

    private static ImmutableArray<string> Required(JsonElement schema) =>
        Json.Member(schema, "required") is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Take(1_000).Select(Json.Scalar).OfType<string>().Where(name => name.Length <= 200).Distinct()]
            : [];

    private static bool? Additional(JsonElement schema)
    {
        // Members by pattern are members too: then nothing can be called undeclared.
        if (Json.Member(schema, "patternProperties") is not null)
        {
            return true;
        }

        JsonElement? said = Json.Member(schema, "additionalProperties") ?? Json.Member(schema, "unevaluatedProperties");
        return said?.ValueKind switch
        {
            JsonValueKind.False => false,
            JsonValueKind.True or JsonValueKind.Object => true,
            _ => null,
        };
    }

    private static string? Raw(JsonElement schema, string name, int longest) => Json.Member(schema, name) is { } value ? RawJson.Of(value, longest) : null;

    private static decimal? Number(JsonElement schema, string name) =>
        Json.Member(schema, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDecimal(out decimal value) ? value : null;

    private static int? Count(JsonElement schema, string name) => Number(schema, name) is >= 0 and decimal count ? (int)Math.Min(count, int.MaxValue) : null;
}
