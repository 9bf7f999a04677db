using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>
/// Makes values that a description allows: an identity's own first, then enumerations, examples and defaults, then what types,
/// formats and bounds ask for. Nothing random: the same operation and identity always get the same value.
/// </summary>
internal static class SampleValue
{
    private const int Deepest = 8;
    private const int MostMembers = 50;
    private const int MostItems = 5;

    /// <summary>A text for a parameter; <c>null</c> when there is none that is known to be allowed.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="identity">Whose values come first; <c>null</c>: none.</param>
    public static string? TextFor(ApiParameter parameter, Identity? identity)
    {
        if (ValueNames.Find(identity, [parameter.Name]) is string own)
        {
            return own;
        }

        if (!parameter.Examples.IsEmpty)
        {
            return parameter.Examples[0];
        }

        JsonNode? value = parameter.Schema is null ? null : Of(parameter.Schema, parameter.Name, identity);
        return value switch
        {
            JsonValue one => Text(one),
            JsonArray { Count: > 0 } list when list[0] is JsonValue first => Text(first),
            _ => null,
        };
    }

    /// <summary>A value for a schema.</summary>
    /// <param name="schema">What is allowed.</param>
    /// <param name="name">The name of the member, which an identity's value may have.</param>
    /// <param name="identity">Whose values come first; <c>null</c>: none.</param>
    /// <returns>A new value that belongs to the caller; <c>null</c> when none that is allowed is known.</returns>
    public static JsonNode? Of(ApiSchema schema, string name, Identity? identity) => Make(schema, name, identity, 0);

    /// <summary>An example with what the identity's own values and the schema change: its members that only answers have left out.</summary>
    /// <param name="example">JSON.</param>
    /// <param name="schema">The schema; <c>null</c>: unknown.</param>
    /// <param name="identity">Whose values replace members of the same name; <c>null</c>: none.</param>
    /// <returns>A new value that belongs to the caller; <c>null</c> when the example is no JSON.</returns>
    public static JsonNode? Example(string example, ApiSchema? schema, Identity? identity)
    {
        JsonNode? value = Parse(example);
        if (value is JsonObject whole)
        {
            Own(whole, schema, identity);
        }

        return value;
    }

    private static JsonNode? Make(ApiSchema schema, string name, Identity? identity, int depth)
    {
        if (depth > Deepest)
        {
            return null;
        }

        if (ValueNames.Find(identity, [name]) is string own && Typed(own, schema) is { } known)
        {
            return known;
        }

        if (!schema.Enum.IsEmpty)
        {
            return Parse(schema.Enum[0]);
        }

        if ((schema.Example ?? schema.Default) is string example && Example(example, schema, identity) is { } given && Is(given, schema))
        {
            return given;
        }

        if (schema.Alternatives.FirstOrDefault(one => !one.Cut) is { } alternative)
        {
            return Make(alternative, name, identity, depth + 1);
        }

        return schema switch
        {
            _ when schema.Types.IsEmpty => schema.Cut ? null : JsonValue.Create(SampleText.Of(schema, name)),
            _ when schema.Types.Contains("object") => Object(schema, identity, depth),
            _ when schema.Types.Contains("string") => SampleText.Of(schema, name) is string text ? JsonValue.Create(text) : null,
            _ when schema.Types.Contains("integer") => Number(schema, whole: true),
            _ when schema.Types.Contains("number") => Number(schema, whole: false),
            _ when schema.Types.Contains("boolean") => JsonValue.Create(IsConsent(name)),
            _ => List(schema, name, identity, depth),
        };
    }

    private static JsonObject? Object(ApiSchema schema, Identity? identity, int depth)
    {
        // Without a list of required members everything is optional, and an empty object is seldom what a server takes.
        bool all = schema.Required.IsEmpty;
        var made = new JsonObject();
        foreach ((string name, ApiSchema member) in schema.Properties)
        {
            bool required = schema.Required.Contains(name);
            bool wanted = required || (all && depth < 3 && made.Count < MostMembers) || ValueNames.Find(identity, [name]) is not null;
            if (member.ReadOnly || !wanted)
            {
                continue;
            }

            JsonNode? value = member.Cut && !required ? null : Make(member, name, identity, depth + 1);
            if (value is not null)
            {
                made[name] = value;
            }
            else if (required && member.Nullable)
            {
                made[name] = null;
            }
            else if (required)
            {
                return null;
            }
        }

        // A member that is demanded but nowhere described may be anything.
        foreach (string name in schema.Required.Where(name => !schema.Properties.ContainsKey(name)).Take(MostMembers))
        {
            made[name] = ValueNames.Find(identity, [name]) ?? SampleText.Of(SchemaMerge.Any, name);
        }

        return made;
    }

    private static JsonArray? List(ApiSchema schema, string name, Identity? identity, int depth)
    {
        int wanted = Math.Max(schema.MinItems ?? 0, Math.Min(1, schema.MaxItems ?? 1));
        var made = new JsonArray();
        for (int index = 0; index < Math.Min(wanted, MostItems); index++)
        {
            if ((schema.Items is null ? JsonValue.Create("sallyport") : Make(schema.Items, ValueNames.Singular(name), identity, depth + 1)) is not { } item)
            {
                break;
            }

            made.Add(item);
        }

        return made.Count >= (schema.MinItems ?? 0) ? made : null;
    }

    private static JsonValue? Number(ApiSchema schema, bool whole)
    {
        decimal step = schema.MultipleOf ?? (whole ? 1 : 0);
        if (whole && step % 1 != 0)
        {
            step = 1;
        }

        decimal value = schema.Minimum ?? (schema.Maximum < 1 ? schema.Maximum.Value : 1);
        try
        {
            if (schema.Minimum is not null && schema.MinimumExcluded)
            {
                value += step > 0 ? step : Between(schema.Minimum.Value, schema.Maximum);
            }
            else if (schema.Minimum is null && schema.MaximumExcluded && value == schema.Maximum)
            {
                value -= step > 0 ? step : 1;
            }

            if (step > 0 && value % step != 0)
            {
                decimal down = Math.Floor(value / step) * step;
                value = schema.Minimum is null ? down : down + step;
                value = value == 0 && schema.Minimum is null && schema.Maximum is null ? step : value;
            }
        }
        catch (OverflowException)
        {
            return null;
        }

        bool above = schema.Minimum is not { } least || value > least || (value == least && !schema.MinimumExcluded);
        bool below = schema.Maximum is not { } most || value < most || (value == most && !schema.MaximumExcluded);
        return above && below ? JsonValue.Create(value) : null;
    }

    private static decimal Between(decimal least, decimal? most) => most is { } end && end - least < 1 ? (end - least) / 2 : 1;

    // What an answer alone may hold is no part of a request; what the identity is comes from the identity.
    private static void Own(JsonObject value, ApiSchema? schema, Identity? identity)
    {
        foreach (string name in (ImmutableArray<string>)[.. value.Select(member => member.Key)])
        {
            ApiSchema? member = schema is null ? null : CollectionExtensions.GetValueOrDefault(schema.Properties, name);
            if (member is { ReadOnly: true })
            {
                value.Remove(name);
            }
            else if (ValueNames.Find(identity, [name]) is string own && Like(own, value[name], member) is { } typed)
            {
                value[name] = typed;
            }
            else if (value[name] is JsonObject inner)
            {
                Own(inner, member, identity);
            }
        }
    }

    private static JsonNode? Like(string own, JsonNode? instead, ApiSchema? member) => member is not null && !member.Types.IsEmpty
        ? Typed(own, member)
        : Typed(own, SchemaMerge.Any with { Types = instead?.GetValueKind() switch { JsonValueKind.Number => ["number"], JsonValueKind.True or JsonValueKind.False => ["boolean"], JsonValueKind.Object or JsonValueKind.Array => ["object"], _ => ["string"] } });

    private static JsonValue? Typed(string own, ApiSchema schema)
    {
        JsonValue? value = schema.Allows("string") ? JsonValue.Create(own)
            : schema.Allows("integer") && decimal.TryParse(own, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
                && (schema.Types.Contains("number") || number % 1 == 0) ? JsonValue.Create(number)
            : schema.Allows("boolean") && bool.TryParse(own, out bool flag) ? JsonValue.Create(flag)
            : null;
        return value is null || schema.Enum.IsEmpty || schema.Enum.Contains(value.ToJsonString()) ? value : null;
    }

    private static bool Is(JsonNode value, ApiSchema schema) => value.GetValueKind() switch
    {
        JsonValueKind.Object => schema.Allows("object"),
        JsonValueKind.Array => schema.Allows("array"),
        JsonValueKind.String => schema.Allows("string"),
        JsonValueKind.Number => schema.Allows("integer"),
        JsonValueKind.True or JsonValueKind.False => schema.Allows("boolean"),
        _ => false,
    };

    private static bool IsConsent(string name)
    {
        string plain = ValueNames.Plain(name);
        return plain.Contains("accept", StringComparison.Ordinal) || plain.Contains("agree", StringComparison.Ordinal) || plain.Contains("terms", StringComparison.Ordinal) || plain.Contains("consent", StringComparison.Ordinal);
    }

    private static string? Text(JsonValue value) => value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();

    private static JsonNode? Parse(string json) => Json.Node(Encoding.UTF8.GetBytes(json));
}
