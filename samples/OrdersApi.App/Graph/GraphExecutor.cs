using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using OrdersApi.App.Areas;
using OrdersApi.App.Data;
using OrdersApi.App.Http;

namespace OrdersApi.App.Graph;

/// <summary>Answers a query about the caller's own profile and orders.</summary>
internal sealed class GraphExecutor(Shop shop)
{
    private const int Deepest = 4;
    private const int MostFields = 40;
    private const int MostAtTop = 5;

    /// <summary>The data, or what is wrong with the query.</summary>
    public (JsonObject? Data, string? Error) Run(Caller caller, string text)
    {
        if (shop.Has(Weakness.GraphIntrospection) && text.Contains("__schema", System.StringComparison.Ordinal))
        {
            return (GraphSchema.Introspection(), null);
        }

        if (GraphQuery.Read(text) is not { } fields)
        {
            return (null, "this is no query that is understood here");
        }

        if ((!shop.Has(Weakness.GraphAliases) && (fields.Length > MostAtTop || fields.Sum(field => field.All.Count()) > MostFields))
            || (!shop.Has(Weakness.GraphDepth) && fields.Any(field => field.Depth > Deepest)))
        {
            return (null, "the query asks for too much");
        }

        if (shop.Has(Weakness.GraphIntrospection) && fields is [{ Name: "__type" }])
        {
            return (GraphSchema.ScalarType(), null);
        }

        return Select(fields, field => Top(caller, field)) is { } data
            ? (data, null)
            : (null, shop.Has(Weakness.GraphSuggestions) ? GraphSchema.Suggestion(fields) : "a field that is not known");
    }

    private JsonNode? Top(Caller caller, GraphField field) => field.Name switch
    {
        "__typename" => "Query",
        "me" when ProfileRoutes.Find(shop, caller.Name) is { Value: var profile } => Select(field.Children, child => Profile(caller, profile, child)),
        "orders" => Orders(caller, field),
        "order" when field.Arguments.TryGetValue("id", out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) =>
            OrderRoutes.Find(shop, id) is { Value: var order } && order.Owner == caller.Name ? Select(field.Children, child => Order(caller, order, child)) : Nothing,
        _ => null,
    };

    /// <summary>Found nothing, which is not the same as a field that is not known.</summary>
    private static JsonArray Nothing => [];

    private JsonNode? Profile(Caller caller, Profile profile, GraphField field) => field.Name switch
    {
        "name" => profile.Name,
        "email" => profile.Email,
        "note" => profile.Note,
        "orders" => Orders(caller, field),
        _ => null,
    };

    private JsonArray? Orders(Caller caller, GraphField field)
    {
        var orders = OrderRoutes.Of(shop, caller.Name, 20, 0).Select(order => Select(field.Children, child => Order(caller, order, child))).ToList();
        return orders.Contains(null) ? null : new JsonArray([.. orders]);
    }

    private JsonNode? Order(Caller caller, Order order, GraphField field) => field.Name switch
    {
        "id" => order.Id,
        "item" => order.Item,
        "quantity" => order.Quantity,
        "status" => order.Status,
        "note" => order.Note,
        "owner" => order.Owner,
        "customer" when ProfileRoutes.Find(shop, caller.Name) is { Value: var profile } => Select(field.Children, child => Profile(caller, profile, child)),
        _ => null,
    };

    private static JsonObject? Select(ImmutableArray<GraphField> fields, System.Func<GraphField, JsonNode?> value)
    {
        var found = new JsonObject();
        foreach (var field in fields)
        {
            if (value(field) is not { } node || !found.TryAdd(field.Alias, node))
            {
                return null;
            }
        }

        return fields.IsEmpty ? null : found;
    }
}
