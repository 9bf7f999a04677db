using System.Collections.Immutable;
using System.Linq;
using System.Text.Json.Nodes;

namespace OrdersApi.App.Graph;

/// <summary>The schema in words, which only weaknesses tell.</summary>
internal static class GraphSchema
{
    private static readonly (string Type, string[] Fields)[] _types =
    [
        ("Query", ["me", "order", "orders"]),
        ("Profile", ["name", "email", "note", "orders"]),
        ("Order", ["id", "item", "quantity", "status", "note", "owner", "customer"]),
    ];

    public static JsonObject Introspection() => new()
    {
        ["__schema"] = new JsonObject
        {
            ["queryType"] = new JsonObject { ["name"] = "Query" },
            ["types"] = new JsonArray([.. _types.Select(type => new JsonObject
            {
                ["kind"] = "OBJECT",
                ["name"] = type.Type,
                ["fields"] = new JsonArray([.. type.Fields.Select(field => new JsonObject { ["name"] = field })]),
            })]),
        },
    };

    /// <summary>A type that wraps none, however deep that is asked.</summary>
    public static JsonObject ScalarType() => new() { ["__type"] = new JsonObject { ["ofType"] = null } };

    /// <summary>As graphql-js words it: the field that was asked for, and the one that comes nearest.</summary>
    public static string Suggestion(ImmutableArray<GraphField> fields)
    {
        var known = _types.SelectMany(type => type.Fields).ToList();
        var wrong = fields.SelectMany(field => field.All).FirstOrDefault(field => !known.Contains(field.Name))?.Name ?? fields[0].Name;
        return $"Cannot query field \"{wrong}\" on type \"Query\". Did you mean \"{known.MinBy(name => Distance(name, wrong))}\"?";
    }

    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var before = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                (before, row[j]) = (row[j], System.Math.Min(System.Math.Min(row[j], row[j - 1]) + 1, before + (one[i - 1] == other[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
