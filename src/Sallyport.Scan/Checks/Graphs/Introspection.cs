using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Graphs;

/// <summary>GQL-001: whether the schema is told.</summary>
internal sealed class Introspection : GraphCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = InfoOf(
        "GQL-001",
        "GraphQL tells its whole schema",
        Severity.Medium,
        "Introspection answers with every type, field and argument, the ones for administrators too. It is made for developers and is on by default nearly everywhere.",
        "The attacker reads what there is instead of guessing it.",
        "The names of all types are asked for. A list of types in the answer, twice, is a finding; an error is right.");

    /// <inheritdoc/>
    protected override async Task<Outcome> TryAsync(CheckContext context, Endpoint endpoint, CancellationToken cancellationToken)
    {
        (Exchange exchange, JsonNode? answer) = await AskAsync(context, endpoint, "introspection", Query("{__schema{types{name}}}"), cancellationToken).ConfigureAwait(false);
        if (Types(answer) == 0)
        {
            return Refused(exchange, answer);
        }

        (Exchange again, JsonNode? second) = await AskAsync(context, endpoint, "introspection again", Query("{__schema{types{name}}}"), cancellationToken).ConfigureAwait(false);
        return Types(second) == 0
            ? new Outcome.NotTested($"it was told once, and the same again: {again.Summary}")
            : new Outcome.Failed(new Flaw
            {
                Expected = "The schema is told to developers only.",
                Observed = $"Introspection answered with {Types(answer)} types.",
                Confidence = Confidence.Confirmed,
                Evidence = [endpoint.Control.ToEvidence(), exchange.ToEvidence()],
            });
    }

    private static int Types(JsonNode? answer) => answer is JsonObject body && body["data"] is JsonObject data && data["__schema"] is JsonObject schema && schema["types"] is JsonArray types ? types.Count : 0;
}
