using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>Makes the body of an operation's request from its description and an identity's values.</summary>
internal static class SampleBodies
{
    private const string Boundary = "sallyport-0f1e2d3c4b5a6978";
    private static readonly JsonSerializerOptions Plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The body.</summary>
    /// <param name="operation">An operation with a body.</param>
    /// <param name="identity">Whose values come first; <c>null</c>: none.</param>
    /// <returns><c>null</c> when the operation has none, or none that is allowed is known.</returns>
    public static SampleBody? For(Operation operation, Identity? identity)
    {
        if (operation.Body is not { } body)
        {
            return null;
        }

        if (body.IsJson || body.MediaType == "*/*")
        {
            return Value(body, identity) is { } json ? new(body.IsJson ? body.MediaType : "application/json", Json(json)) : null;
        }

        if (body.IsForm)
        {
            return Value(body, identity) is JsonObject fields ? Form(body, fields) : null;
        }

        // A text is written as the example has it; nothing is known of any other type.
        string? text = body.Examples.Select(Scalar).FirstOrDefault(one => one is not null) ?? (body.MediaType == "text/plain" ? "sallyport" : null);
        return text is null ? null : new(body.MediaType, text);
    }

    /// <summary>The JSON value of a body before it is written; a check that changes a member begins here.</summary>
    /// <param name="body">The body.</param>
    /// <param name="identity">Whose values come first; <c>null</c>: none.</param>
    /// <returns>A new value that belongs to the caller; <c>null</c> when none that is allowed is known.</returns>
    public static JsonNode? Value(ApiBody body, Identity? identity)
    {
        foreach (string example in body.Examples)
        {
            if (SampleValue.Example(example, body.Schema, identity) is { } given)
            {
                return given;
            }
        }

        return body.Schema is null ? null : SampleValue.Of(body.Schema, "", identity);
    }

    /// <summary>The value as JSON text.</summary>
    public static string Json(JsonNode value) => value.ToJsonString(Plainly);

    private static SampleBody Form(ApiBody body, JsonObject fields)
    {
        IEnumerable<(string Name, string Text, bool File)> pairs = fields.SelectMany(field => Texts(field.Value).Select(text => (field.Key, text, IsFile(body, field.Key))));
        if (body.MediaType == "application/x-www-form-urlencoded")
        {
            return new(body.MediaType, string.Join('&', pairs.Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Text)}")));
        }

        var text = new StringBuilder();
        foreach ((string name, string value, bool file) in pairs)
        {
            // RFC 7578, section 4.2; the name is percent-encoded as browsers do.
            string quoted = name.Replace("\"", "%22", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);
            text.Append("--").Append(Boundary).Append("\r\nContent-Disposition: form-data; name=\"").Append(quoted).Append('"');
            text.Append(file ? "; filename=\"sallyport.txt\"\r\nContent-Type: text/plain" : "").Append("\r\n\r\n").Append(value).Append("\r\n");
        }

        return new($"multipart/form-data; boundary={Boundary}", text.Append("--").Append(Boundary).Append("--\r\n").ToString());
    }

    private static bool IsFile(ApiBody body, string name) =>
        body.Schema?.Properties.TryGetValue(name, out ApiSchema? field) == true && (field.Format == "binary" || field.Items?.Format == "binary");

    private static IEnumerable<string> Texts(JsonNode? value) => value switch
    {
        JsonArray list => list.SelectMany(Texts),
        JsonObject inner => [Json(inner)],
        JsonValue one when one.GetValueKind() == JsonValueKind.String => [one.GetValue<string>()],
        JsonValue one => [one.ToJsonString()],
        _ => [],
    };

    private static string? Scalar(string example)
    {
        try
        {
            using var document = JsonDocument.Parse(example);
            return Spec.Json.Scalar(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
