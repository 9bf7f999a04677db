using System;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Graphs;

/// <summary>GQL-002: whether misspelled fields are answered with right ones.</summary>
internal sealed class Suggestions : GraphCheck
{
    private static readonly string[] s_misspelled = ["userz usrs usres orderz", "oders prodcts profils acounts", "acount serch versio nodee", "itemz mee helth vieweer"];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = InfoOf(
        "GQL-002",
        "GraphQL corrects misspelled fields",
        Severity.Low,
        "An error that suggests the fields that come nearest tells the schema one guess at a time, also where introspection is off.",
        "A dictionary of guesses yields the schema.",
        "Misspelled names of usual fields are asked for. \"Did you mean\" with a name in an error is a finding.");

    /// <inheritdoc/>
    protected override async Task<Outcome> TryAsync(CheckContext context, Endpoint endpoint, CancellationToken cancellationToken)
    {
        // A few in each: a server that bounds a query refuses many before it looks for any.
        foreach (string names in s_misspelled)
        {
            (Exchange exchange, JsonNode? answer) = await AskAsync(context, endpoint, "misspelled fields", Query($"{{{names}}}"), cancellationToken).ConfigureAwait(false);
            if (exchange.Answer is not { Status: not 429 and < 500 } raw)
            {
                return new Outcome.NotTested(exchange.Summary);
            }

            // The words stand in errors only: data that holds them is somebody's text.
            string errors = answer is JsonObject body && body["errors"] is null ? "" : AnswerShape.Text(raw);
            if (errors.Contains("Did you mean", StringComparison.OrdinalIgnoreCase))
            {
                return new Outcome.Failed(new Flaw
                {
                    Expected = "An unknown field is answered with an error that names nothing else.",
                    Observed = "Errors suggested fields that there are.",
                    Confidence = Confidence.Confirmed,
                    Evidence = [exchange.ToEvidence()],
                });
            }
        }

        return new Outcome.Passed();
    }
}
