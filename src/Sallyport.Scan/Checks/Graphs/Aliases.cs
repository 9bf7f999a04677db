using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Graphs;

/// <summary>GQL-004: whether one query may ask for the same field any number of times.</summary>
internal sealed class Aliases : GraphCheck
{
    private const int Amount = 1000;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = InfoOf(
        "GQL-004",
        "GraphQL does not bound aliases",
        Severity.Medium,
        "An alias asks for a field once more under another name. A thousand of them are a thousand calls of the resolver within one query, which no rate limit sees.",
        "Guesses and load by the thousand in one request.",
        "One query asks for the type's name under a thousand aliases, which costs the server nothing. A thousand values are a finding; an error is right.");

    /// <inheritdoc/>
    protected override async Task<Outcome> TryAsync(CheckContext context, Endpoint endpoint, CancellationToken cancellationToken)
    {
        string query = "{" + string.Join(' ', Enumerable.Range(0, Amount).Select(i => $"a{i}:__typename")) + "}";
        (Exchange exchange, JsonNode? answer) = await AskAsync(context, endpoint, $"{Amount} aliases", Query(query), cancellationToken).ConfigureAwait(false);
        int answered = answer is JsonObject body && body["data"] is JsonObject data ? data.Count : 0;
        return answered == Amount
            ? new Outcome.Failed(new Flaw
            {
                Expected = "The number of aliases is bounded.",
                Observed = $"{Amount} aliases of one query were all answered.",
                Confidence = Confidence.Confirmed,
                Evidence = [endpoint.Control.ToEvidence(), exchange.ToEvidence()],
            })
            : Refused(exchange, answer);
    }
}
