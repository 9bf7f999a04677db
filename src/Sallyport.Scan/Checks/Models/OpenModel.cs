using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Authorization;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Models;

/// <summary>LLM-001: whether the model answers without credentials.</summary>
internal sealed partial class OpenModel : ModelCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "LLM-001",
        Title = "A language model answers whoever asks",
        Category = Category.LanguageModel,
        Severity = Severity.High,
        Mode = ScanMode.Active,
        Standards = new() { Cwe = [306, 200], OwaspApi = ["API2:2023", "API4:2023"], PciDss = ["6.2.4"] },
        Needs = Usual,
        Why = "A model costs money for each question and knows what it was given to know. An endpoint that was tried out without a login is often left so.",
        Impact = "Strangers use the model at the owner's cost, and ask it for what it knows.",
        How = "The model's operation is asked a short question as a valid identity, then without any credential, and with the certificate alone where the description demands a token too. An answer of a model's shape, twice, is a finding. Names of models and counts of tokens in answers are told as a fact.",
        Sources = ["OWASP Top 10 for LLM applications 2025, LLM10"],
        Remedies = BoundModel.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        CheckResult result = await base.RunAsync(context, cancellationToken).ConfigureAwait(false);
        if (await ModelEndpoint.FindAsync(context).ConfigureAwait(false) is not { } model || model.Said.IsEmpty)
        {
            return result;
        }

        Match told = Told().Match(AnswerShape.Text(model.Said[0].Exchange.Answer!)); // what was said came in an answer
        return told.Success ? result.With(new Fact(Info.Id, "What the model tells of itself", told.Value)) : result;
    }

    private static HashSet<string> Shape(HttpAnswer? answer) =>
        Json.Node(answer?.Body ?? default) is JsonObject members ? [.. members.Select(one => one.Key)] : [answer?.Header("content-type") ?? ""];

    [GeneratedRegex(@"""(?:model|usage|total_tokens)""\s*:\s*(?:""[^""]{1,80}""|\d{1,9}|\{[^}]{1,120}\})", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Told();

    /// <inheritdoc/>
    protected override async Task<Outcome> TryAsync(CheckContext context, ModelEndpoint model, Actor who, CancellationToken cancellationToken)
    {
        (Exchange control, string? said) = await model.AskAsync(who, "Say hello in one word.", "a short question", cancellationToken).ConfigureAwait(false);
        if (said is null)
        {
            return new Outcome.NotTested($"the valid identity was not answered: {control.Summary}");
        }

        // Behind a handshake that demands a certificate nobody is refused; the token is what the operation asks for.
        foreach (Actor stranger in context.Api.First is { } first ? Accounts.NotSignedIn(model.Operation, first) : [Actor.Nobody])
        {
            string called = stranger.Credential is null ? "nobody" : $"the certificate of {who.Name} without its token";
            Outcome outcome = await WithoutAsync(model, stranger, called, control, cancellationToken).ConfigureAwait(false);
            if (outcome is not Outcome.Passed)
            {
                return outcome;
            }
        }

        return new Outcome.Passed();
    }

    private static async Task<Outcome> WithoutAsync(ModelEndpoint model, Actor stranger, string called, Exchange control, CancellationToken cancellationToken)
    {
        (Exchange answered, string? open) = await model.AskAsync(stranger, "Say hello in one word.", $"the same as {called}", cancellationToken).ConfigureAwait(false);
        if (open is null)
        {
            return VerdictRules.Refused(answered) is null ? new Outcome.NotTested($"{called}: {answered.Summary}") : new Outcome.Passed();
        }

        (_, string? again) = await model.AskAsync(stranger, "Say hello in one word.", $"once more as {called}", cancellationToken).ConfigureAwait(false);
        // The same members as the valid identity's answer: a page that greets everybody is no model.
        bool same = again is not null && Shape(control.Answer).SetEquals(Shape(answered.Answer));
        return same
            ? new Outcome.Failed(new Flaw
            {
                Expected = "Only a caller with credentials is answered.",
                Observed = $"The model answered {called}, twice ({answered.Summary}).",
                Confidence = Confidence.Firm,
                Evidence = [control.ToEvidence(), answered.ToEvidence()],
            })
            : new Outcome.NotTested($"{called} got another kind of answer than the valid identity");
    }
}
