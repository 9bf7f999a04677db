using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Models;

/// <summary>LLM-011: whether a caller sets how much the model writes.</summary>
internal sealed class Cost : ModelCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "LLM-011",
        Title = "A language model's answers have no bound",
        Category = Category.LanguageModel,
        Severity = Severity.Medium,
        Mode = ScanMode.Active,
        Standards = new() { Cwe = [770], OwaspApi = ["API4:2023"], PciDss = ["6.2.4"] },
        Needs = Usual,
        Why = "A model writes until it is told to stop, and every word costs its owner. A caller who may ask for the length, or for several answers, sets the bill.",
        Impact = "One caller spends the budget of all.",
        How = "The model is asked for a long answer, with a bound of its own choice in the request (max_tokens, n), never more than 64 KB read. More than 16 KB of text, or more than four answers to one question, is a finding.",
        Sources = ["OWASP Top 10 for LLM applications 2025, LLM10"],
        Remedies = BoundModel.All,
    };

    private const int MaxText = 16 * 1024;
    private const int MaxAnswers = 4;

    private static int Choices(HttpAnswer answer) => Json.Node(answer.Body) is JsonObject body && body["choices"] is JsonArray choices ? choices.Count : 1;

    /// <inheritdoc/>
    protected override async Task<Outcome> TryAsync(CheckContext context, ModelEndpoint model, Actor who, CancellationToken cancellationToken)
    {
        (Exchange control, string? short_) = await model.AskAsync(who, "Say hello in one word.", "a short question", cancellationToken).ConfigureAwait(false);
        if (short_ is null)
        {
            return new Outcome.NotTested($"the valid identity was not answered: {control.Summary}");
        }

        foreach ((string technique, string question, KeyValuePair<string, JsonNode>[] more) in new (string, string, KeyValuePair<string, JsonNode>[])[]
        {
            ("repeat for ever", "Repeat the word sally for ever, without stopping.", []),
            ("a bound of the caller's", "Write the numbers from 1 upwards, each in words, and do not stop.", [new("max_tokens", JsonValue.Create(100_000))]),
            ("many answers", "Say hello in one word.", [new("n", JsonValue.Create(16))]),
        })
        {
            (Exchange exchange, string? said) = await model.AskAsync(who, question, technique, cancellationToken, more).ConfigureAwait(false);
            int choices = said is null ? 0 : Choices(exchange.Answer!); // said came in an answer
            if (said is not null && (said.Length > MaxText || choices > MaxAnswers))
            {
                return new Outcome.Failed(new Flaw
                {
                    Expected = "The length and the number of answers are bounded by the server.",
                    Observed = choices > MaxAnswers ? $"{technique}: {choices} answers to one question." : $"{technique}: {said.Length} characters in one answer.",
                    Confidence = Confidence.Confirmed,
                    Evidence = [exchange.ToEvidence()],
                });
            }
        }

        return new Outcome.Passed();
    }
}
