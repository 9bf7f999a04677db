using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Graphs;

/// <summary>GQL-005: whether a query may be nested any number of times.</summary>
internal sealed class Depth : GraphCheck
{
    private const int Amount = 30;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = InfoOf(
        "GQL-005",
        "GraphQL does not bound the depth of a query",
        Severity.Medium,
        "Types that refer to each other let a query go round between them. Each round multiplies what is fetched.",
        "One small query keeps the server and its database busy.",
        "A query of thirty levels is sent that fetches nothing: the type that a scalar wraps, which is none. When it is answered without an error it is a finding. Where introspection is off it is not tested.");

    /// <inheritdoc/>
    protected override async Task<Outcome> TryAsync(CheckContext context, Endpoint endpoint, CancellationToken cancellationToken)
    {
        string query = "{__type(name:\"String\"){" + string.Concat(Enumerable.Repeat("ofType{", Amount)) + "name" + new string('}', Amount) + "}}";
        (Exchange exchange, JsonNode? answer) = await AskAsync(context, endpoint, $"{Amount} levels", Query(query), cancellationToken).ConfigureAwait(false);
        if (answer is JsonObject body && body["data"] is JsonObject data && data["__type"] is JsonObject && body["errors"] is null)
        {
            return new Outcome.Failed(new Flaw
            {
                Expected = "The depth of a query is bounded.",
                Observed = $"A query of {Amount} levels was answered without an error.",
                Confidence = Confidence.Confirmed,
                Evidence = [endpoint.Control.ToEvidence(), exchange.ToEvidence()],
            });
        }

        // The same at the least depth: when that is refused as well, the depth was not what was refused.
        (_, JsonNode? flat) = await AskAsync(context, endpoint, "one level", Query("{__type(name:\"String\"){ofType{name}}}"), cancellationToken).ConfigureAwait(false);
        return flat is JsonObject shallow && shallow["data"] is JsonObject known && known["__type"] is JsonObject
            ? Refused(exchange, answer)
            : new Outcome.NotTested("introspection is off, and no type that refers to itself is known");
    }
}
