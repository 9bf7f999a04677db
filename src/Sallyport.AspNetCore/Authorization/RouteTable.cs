using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Reads the endpoints of every source, those added later included.</summary>
internal sealed class RouteTable(EndpointDataSource endpoints) : IRouteTable
{
    private static readonly JsonWriterOptions _layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public ImmutableArray<GuardedRoute> Routes => [.. Facts().Select(facts => facts.Route)];

    public ImmutableArray<RouteFacts> Facts() =>
    [
        .. endpoints.Endpoints.Where(endpoint => !RouteFacts.IsInert(endpoint)).Select(RouteFacts.Of)
            .OrderBy(facts => facts.Route.Route, StringComparer.Ordinal)
            .ThenBy(facts => string.Join(',', facts.Route.Methods), StringComparer.Ordinal)
            .ThenBy(facts => Text(facts.Route), StringComparer.Ordinal),
    ];

    public string ToJson() => Text([.. Routes]);

    private static string Text(params ReadOnlySpan<GuardedRoute> routes)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, _layout))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteStartArray("routes");
            foreach (var route in routes)
            {
                Write(json, route);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static void Write(Utf8JsonWriter json, GuardedRoute route)
    {
        json.WriteStartObject();
        json.WriteString("route", route.Route);
        Write(json, "methods", route.Methods);
        json.WriteBoolean("account", route.RequiresAccount);
        Write(json, "roles", route.Roles);
        Write(json, "tokenScopes", route.TokenScopes);
        Write(json, "resources", route.Resources);
        Write(json, "policies", route.Policies);
        json.WriteString("reason", route.Reason);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, ImmutableArray<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
