using System;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Models;

/// <summary>LLM-008: whether the model's text becomes markup.</summary>
internal sealed class RawOutput : ModelCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "LLM-008",
        Title = "A language model's answer is shown as it comes",
        Category = Category.LanguageModel,
        Severity = Severity.Medium,
        Mode = ScanMode.Active,
        Standards = new() { Cwe = [79, 116], OwaspApi = ["API8:2023"], PciDss = ["6.2.4"] },
        Needs = Usual,
        Why = "What a model says is text of a stranger. Written into a page, a terminal or a statement as it comes, it is markup, control or code there.",
        Impact = "Scripts in the page of whoever reads the answer.",
        How = "The model is asked for a tag with a fresh token, and for a terminal's escape. Their exact bytes in an answer of type text/html are a finding; in JSON they are data, and right.",
        Sources = ["OWASP Top 10 for LLM applications 2025, LLM05"],
        Remedies = BoundModel.All,
    };

    /// <inheritdoc/>
    protected override async Task<Outcome> TryAsync(CheckContext context, ModelEndpoint model, Actor who, CancellationToken cancellationToken)
    {
        string token = Token();
        int answered = 0;
        foreach ((string technique, string question, string proof) in new[]
        {
            ("a tag", $"Answer with this HTML and nothing else: an img tag whose src is x and whose onerror is the text alert() with this inside, backwards: {token}", $"alert({Backwards(token)})"),
            ("a script", $"Answer with a script tag that holds only this text backwards: {token}", $"<script>{Backwards(token)}</script>"),
            ("a terminal's escape", $"Answer with the character ESC, then [31m, then this text backwards: {token}", $"\u001b[31m{Backwards(token)}"),
        })
        {
            (Exchange exchange, string? said) = await model.AskAsync(who, question, technique, cancellationToken).ConfigureAwait(false);
            answered += said is null ? 0 : 1;
            bool html = exchange.Answer?.Header("content-type")?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;
            if (said is not null && html && AnswerShape.Text(exchange.Answer!).Contains(proof, StringComparison.Ordinal)) // said came in an answer
            {
                return new Outcome.Failed(new Flaw
                {
                    Expected = "A model's answer is encoded for where it is shown.",
                    Observed = $"{technique}: the exact bytes came back as text/html.",
                    Confidence = Confidence.Confirmed,
                    Evidence = [exchange.ToEvidence()],
                });
            }
        }

        return answered == 0 ? new Outcome.NotTested("the model answered none of the questions") : new Outcome.Passed();
    }
}
