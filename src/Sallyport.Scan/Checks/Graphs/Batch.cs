using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Graphs;

/// <summary>GQL-003: whether one request may hold many operations.</summary>
internal sealed class Batch : GraphCheck
{
    private const int Amount = 50;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = InfoOf(
        "GQL-003",
        "GraphQL answers many operations in one request",
        Severity.Medium,
        "A list of operations in one request is one request to a rate limit and a hundred to the server: a hundred guesses of a password or a code.",
        "Limits by request no longer limit.",
        "A list of fifty times the plainest query is sent. Fifty answers are a finding; an error, or fewer, is right.");

    /// <inheritdoc/>
    protected override async Task<Outcome> TryAsync(CheckContext context, Endpoint endpoint, CancellationToken cancellationToken)
    {
        JsonArray batch = [.. Enumerable.Range(0, Amount).Select(_ => Query("{__typename}"))];
        (Exchange exchange, JsonNode? answer) = await AskAsync(context, endpoint, $"{Amount} operations in one request", batch, cancellationToken).ConfigureAwait(false);
        int answered = answer is JsonArray all ? all.Count(one => one is JsonObject body && body["data"] is JsonObject) : 0;
        return answered == Amount
            ? new Outcome.Failed(new Flaw
            {
                Expected = "One operation a request, or a small bound.",
                Observed = $"{Amount} operations of one request were all answered.",
                Confidence = Confidence.Confirmed,
                Evidence = [endpoint.Control.ToEvidence(), exchange.ToEvidence()],
            })
            : answer is JsonArray ? new Outcome.Passed() : Refused(exchange, answer);
    }
}
