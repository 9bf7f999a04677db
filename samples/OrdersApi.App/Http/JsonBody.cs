using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace OrdersApi.App.Http;

/// <summary>A body that holds the fields it may hold, and nothing else.</summary>
internal sealed class JsonBody
{
    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };
    private readonly Dictionary<string, JsonElement> _values;

    private JsonBody(Dictionary<string, JsonElement> values) => _values = values;

    public bool Has(string name) => _values.ContainsKey(name);

    public string Text(string name) => TextOrNull(name) ?? "";

    public string? TextOrNull(string name) => _values.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public long Number(string name, long otherwise = 0) => NumberOrNull(name) ?? otherwise;

    public long? NumberOrNull(string name) =>
        _values.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    /// <summary>The elements of an array.</summary>
    public IEnumerable<JsonElement> Items(string name) => _values.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    /// <summary>Reads the body; null after it has answered 415 or 400 itself.</summary>
    /// <param name="context">The request.</param>
    /// <param name="fields">Everything the body may hold.</param>
    public static Task<JsonBody?> ReadAsync(HttpContext context, params ImmutableArray<Field> fields) => ReadAsync(context, open: false, fields);

    /// <summary>The same.</summary>
    /// <param name="context">The request.</param>
    /// <param name="open">Whether the body may hold more than the fields, which only a weakness allows.</param>
    /// <param name="fields">What the body may hold.</param>
    public static async Task<JsonBody?> ReadAsync(HttpContext context, bool open, params ImmutableArray<Field> fields)
    {
        var loose = Switches.Has(context, Weakness.LooseInput);
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase))
        {
            await Problem.Write(context, StatusCodes.Status415UnsupportedMediaType, "application/json is needed");
            return null;
        }

        using var document = await ParseAsync(context);
        if (document is null)
        {
            await Problem.Bad(context, "the body is not well formed");
            return null;
        }

        if (!(loose && document.RootElement.ValueKind == JsonValueKind.Object) && Wrong(document.RootElement, fields, open) is { } wrong)
        {
            await Problem.Bad(context, wrong);
            return null;
        }

        return new JsonBody(document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.Clone(), StringComparer.Ordinal));
    }

    private static async Task<JsonDocument?> ParseAsync(HttpContext context)
    {
        try
        {
            return await JsonDocument.ParseAsync(context.Request.Body, _strict, context.RequestAborted);
        }
        catch (JsonException) when (!Switches.Has(context, Weakness.TalkativeErrors))
        {
            return null;
        }
    }

    private static string? Wrong(JsonElement root, ImmutableArray<Field> fields, bool open)
    {
        try
        {
            return Fault(root, fields, open);
        }
        catch (InvalidOperationException)
        {
            // A name or a text with half a surrogate pair.
            return "the body is not well formed";
        }
    }

    // Names of the caller's own making are not sent back.
    private static string? Fault(JsonElement root, ImmutableArray<Field> fields, bool open)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return "an object is needed";
        }

        if (!open && root.EnumerateObject().Any(member => fields.All(field => field.Name != member.Name)))
        {
            return "a member that is not known";
        }

        return fields.FirstOrDefault(field => root.TryGetProperty(field.Name, out var value) ? !field.Admits(value) : field.Required) is { } bad
            ? $"{bad.Name} is missing or not as described"
            : null;
    }
}
