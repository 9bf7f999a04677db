using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace Sallyport.Scan.Spec;

/// <summary>The guard's table of routes (<c>sallyport-routes.json</c>) as a description: which operations there are, and which of them ask for a certificate, a bound token and roles.</summary>
/// <remarks>
/// It says nothing about bodies and answers. A route without an account has no <c>security</c> rather than an empty one: that it is open on purpose is written in
/// the table, with a reason.
/// </remarks>
internal static class RouteTableText
{
    private const string Certificate = "clientCertificate";
    private const string Token = "boundToken";
    private const int MostRoutes = 4_000;

    /// <summary>Tells a table of routes as OpenAPI 3.1.</summary>
    /// <param name="root">What was read.</param>
    /// <returns>JSON in UTF-8; <c>null</c> when it is no such table.</returns>
    public static byte[]? ToOpenApi(JsonElement root)
    {
        if (Json.Member(root, "openapi") is not null || Json.Member(root, "swagger") is not null
            || Json.Text(root, "version") != "1" || Json.Member(root, "routes") is not { ValueKind: JsonValueKind.Array } routes)
        {
            return null;
        }

        // The first of two rows with one path and method counts: in JSON a name stands once.
        var paths = new Dictionary<string, Dictionary<string, JsonElement>>(StringComparer.Ordinal);
        foreach (JsonElement route in routes.EnumerateArray().Take(MostRoutes))
        {
            if (Json.Text(route, "route") is not { } template || Path(template) is not { } path)
            {
                continue;
            }

            if (!paths.TryGetValue(path, out Dictionary<string, JsonElement>? methods))
            {
                paths.Add(path, methods = new(StringComparer.Ordinal));
            }

            // None stands for every method; reading is the one that can be asked for anywhere.
            foreach (string method in SpecText.List(Json.Member(route, "methods")) is { IsEmpty: false } named ? named : ["GET"])
            {
                methods.TryAdd(method.ToLowerInvariant(), route);
            }
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, paths);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A route's template as OpenAPI writes paths: parameters by name alone, without constraints, defaults and signs of what is optional.</summary>
    /// <returns><c>null</c> for what is no path.</returns>
    internal static string? Path(string template)
    {
        if (template is ['(', ..])
        {
            // The display name of an endpoint that has no route.
            return null;
        }

        var path = new StringBuilder(template is ['/', ..] ? "" : "/");
        for (int i = 0; i < template.Length; i++)
        {
            if (template[i] is not ('{' or '}'))
            {
                path.Append(template[i]);
                continue;
            }

            int end = template[i] == '{' ? End(template, i + 1) : -1;
            if (end < 0)
            {
                return null;
            }

            ReadOnlySpan<char> name = template.AsSpan(i + 1, end - i - 1).TrimStart('*');
            int over = name.IndexOfAny(':', '=', '?');
            name = over < 0 ? name : name[..over];
            if (name.IsEmpty || name.ContainsAny('{', '}'))
            {
                return null;
            }

            path.Append('{').Append(name).Append('}');
            i = end;
        }

        return path.ToString();
    }

    /// <summary>Where a parameter's braces close; doubled ones are letters of its constraint.</summary>
    private static int End(string template, int from)
    {
        for (int i = from; i < template.Length; i++)
        {
            if (template[i] is '{' or '}' && i + 1 < template.Length && template[i + 1] == template[i])
            {
                i++;
            }
            else if (template[i] == '}')
            {
                return i;
            }
        }

        return -1;
    }

    private static void Write(Utf8JsonWriter json, Dictionary<string, Dictionary<string, JsonElement>> paths)
    {
        json.WriteStartObject();
        json.WriteString("openapi", "3.1.1");
        json.WriteStartObject("components");
        json.WriteStartObject("securitySchemes");
        json.WriteStartObject(Certificate);
        json.WriteString("type", "mutualTLS");
        json.WriteEndObject();
        json.WriteStartObject(Token);
        json.WriteString("type", "http");
        json.WriteString("scheme", "bearer");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("paths");
        foreach ((string path, Dictionary<string, JsonElement> methods) in paths)
        {
            json.WriteStartObject(path);
            foreach ((string method, JsonElement route) in methods)
            {
                json.WriteStartObject(method);
                WriteSecurity(json, route);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteSecurity(Utf8JsonWriter json, JsonElement route)
    {
        bool asksForToken = !SpecText.List(Json.Member(route, "tokenScopes")).IsEmpty;
        if (!Json.Flag(route, "account") && !asksForToken)
        {
            return;
        }

        json.WriteStartArray("security");
        json.WriteStartObject();
        WriteEmpty(json, Certificate);
        if (asksForToken)
        {
            WriteEmpty(json, Token);
        }

        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartArray("x-roles");
        foreach (string role in SpecText.List(Json.Member(route, "roles")))
        {
            json.WriteStringValue(role);
        }

        json.WriteEndArray();
    }

    private static void WriteEmpty(Utf8JsonWriter json, string name)
    {
        json.WriteStartArray(name);
        json.WriteEndArray();
    }
}
