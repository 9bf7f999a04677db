using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace OrdersApi.App.Description;

/// <summary>What a weakness writes into the description: because it is true then, or because it is not.</summary>
internal static class DescriptionFlaws
{
    private static readonly string[] _bounds = ["minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "pattern", "format", "enum"];
    private static readonly string[] _refusals = ["401", "403", "429"];
    private static readonly string[] _methods = ["get", "put", "post", "patch", "delete"];

    public static void Apply(JsonObject document, FrozenSet<Weakness> weak)
    {
        Describe(document, weak);
        if (weak.Contains(Weakness.SilentDescription))
        {
            Requirements(document).ForEach(requirement => requirement.Remove("clientCertificate"));
            At(document, "components", "securitySchemes").Remove("clientCertificate");
        }

        if (weak.Contains(Weakness.CarelessDescription))
        {
            document["servers"] = new JsonArray(new JsonObject { ["url"] = "http://api.orders.test/" });
            At(document, "paths", "/orders", "post")["security"] = new JsonArray();
            At(document, "paths", "/transfers", "post")["security"] = new JsonArray(new JsonObject { ["partnerKey"] = new JsonArray() });
            At(document, "components", "securitySchemes")["legacyKey"] = new JsonObject { ["type"] = "apiKey", ["in"] = "query", ["name"] = "key" };
        }

        if (weak.Contains(Weakness.UndeclaredAnswers))
        {
            foreach (var operation in Operations(document))
            {
                foreach (var status in _refusals)
                {
                    At(operation, "responses").Remove(status);
                }
            }

            At(document, "paths", "/whoami", "get")["deprecated"] = true;
        }

        if (weak.Contains(Weakness.UnboundedDescription))
        {
            Unbind(document["components"]);
            Unbind(document["paths"]);
        }
    }

    /// <summary>What is served is described: these weaknesses are in the answer, not in the description.</summary>
    private static void Describe(JsonObject document, FrozenSet<Weakness> weak)
    {
        if (weak.Contains(Weakness.PoorCookie))
        {
            At(document, "components", "securitySchemes", "session")["name"] = Sessions.SessionCookie.NameFor(weak);
        }

        var profile = At(document, "components", "schemas", "Profile");
        foreach (var (weakness, member) in new[] { (Weakness.CardShown, "card"), (Weakness.SecretShown, "integration"), (Weakness.PlainLinks, "avatar") })
        {
            if (weak.Contains(weakness))
            {
                At(profile, "properties")[member] = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = 200, ["readOnly"] = true };
            }
        }

        if (weak.Contains(Weakness.OpenFetch))
        {
            At(document, "components", "schemas", "Webhook", "properties")["preview"] = new JsonObject { ["type"] = "string", ["maxLength"] = 2000 };
        }

        if (weak.Contains(Weakness.GraphAliases))
        {
            At(document, "components", "schemas", "GraphRequest", "properties", "query")["maxLength"] = Areas.GraphRoutes.LongestUnbounded;
        }

        if (weak.Contains(Weakness.GraphBatches))
        {
            At(document, "paths", "/graphql", "post", "requestBody", "content", "application/json")["schema"] = new JsonObject();
        }
    }

    private static JsonObject At(JsonNode? node, params IEnumerable<string> path) =>
        path.Aggregate(node, (here, name) => here?[name])?.AsObject() ?? throw new KeyNotFoundException(string.Join('/', path));

    private static IEnumerable<JsonObject> Operations(JsonObject document) =>
        At(document, "paths").SelectMany(path => path.Value?.AsObject() ?? []).Where(member => _methods.Contains(member.Key)).Select(member => member.Value).OfType<JsonObject>();

    private static List<JsonObject> Requirements(JsonObject document) =>
        [.. Operations(document).Prepend(document).SelectMany(holder => holder["security"]?.AsArray() ?? []).OfType<JsonObject>()];

    private static void Unbind(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
            {
                Unbind(item);
            }
        }
        else if (node is JsonObject part)
        {
            if (part["type"] is JsonValue)
            {
                foreach (var bound in _bounds)
                {
                    part.Remove(bound);
                }
            }

            foreach (var (_, value) in part.ToList())
            {
                Unbind(value);
            }
        }
    }
}
