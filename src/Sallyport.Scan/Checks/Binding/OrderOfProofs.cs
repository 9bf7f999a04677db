using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Checks.Tokens;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Binding;

/// <summary>BIND-005: which of certificate and token is looked at first: four cells, {good, bad} × {good, bad}.</summary>
internal sealed class OrderOfProofs : BindingCheck
{
    private const int MinLeak = 6;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "BIND-005",
        Title = "Tokens are judged for clients without a right certificate",
        Category = Category.TokenBinding,
        Severity = Severity.Medium,
        Variants = [new("order", "the token is read before the certificate", Severity.Medium), new("detail", "a refusal quotes the token's claims", Severity.Medium)],
        Standards = new() { Cwe = [696, 209], OwaspApi = ["API2:2023", "API8:2023"], PciDss = ["2.2.1"], Asvs = ["12.1.3"] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested, Need.CertificateMatters],
        Why = "When the token is read first, everybody who reaches the port can try tokens on the parser and learns from the refusal whether one is right, although the certificate was to keep strangers away. Refusals that quote claims tell strangers more.",
        Impact = "Strangers test stolen tokens and attack the token parser from outside the mutual TLS boundary.",
        How = "Four cells: the right certificate and a stranger's self-signed one, each with the right token and a corrupted one, each twice. Where the stranger is refused by the handshake, or gets one and the same refusal for both tokens, the certificate comes first. Where bad certificate and bad token together get the refusal of a bad token, which a bad certificate with a right token does not get, the token comes first. Times are not judged.",
        Sources = ["CWE-696", "CWE-209", "RFC 6750, section 3.1"],
        Remedies = BindTokens.All,
    };

    /// <inheritdoc/>
    protected override async Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        if (scene.Corrupted is not Verdict.Rejected)
        {
            return CheckResult.NotApplicable("a corrupted token is not refused: JWT-002 is the cause");
        }

        string garbled = scene.Token?.WithTurnedBit() ?? ((Verdict.Rejected)scene.Corrupted).Exchange.Ask.Actor.Presented?[0].Value.Reveal()["Bearer ".Length..] ?? "garbled";
        Actor good = Actor.Of(scene.Owner);
        Actor bad = good.With("stranger", context.Stranger);
        Cell badToken = await AskAsync(context, scene, good.WithToken("right certificate, corrupted token", new Secret(garbled)), cancellationToken).ConfigureAwait(false);
        Cell badCertificate = await AskAsync(context, scene, bad.WithToken("stranger's certificate, right token", scene.Credential), cancellationToken).ConfigureAwait(false);
        Cell both = await AskAsync(context, scene, bad.WithToken("stranger's certificate, corrupted token", new Secret(garbled)), cancellationToken).ConfigureAwait(false);
        if (new[] { badToken, badCertificate, both }.FirstOrDefault(cell => cell.Verdict is not Verdict.Rejected) is { } odd)
        {
            return odd.Verdict is Verdict.Accepted
                ? CheckResult.NotApplicable($"{odd.Name} is served: the certificate is not verified, which MTLS-101 tells")
                : CheckResult.NotTested($"{odd.Name}: {odd.Verdict.Detail}");
        }

        ImmutableArray<Evidence> evidence = [.. scene.Controls().Take(1), badToken.Evidence, badCertificate.Evidence, both.Evidence];
        Outcome order = (both.Refusal == badToken.Refusal, both.Refusal == badCertificate.Refusal) switch
        {
            _ when both.Status is null && badCertificate.Status is null => new Outcome.Passed(),
            (_, true) => new Outcome.Passed(),
            (true, false) => new Outcome.Failed(new Flaw
            {
                Expected = "A client without a right certificate gets the same refusal whatever token it sends.",
                Observed = $"With a stranger's certificate a corrupted token got the refusal of a corrupted token ({both.Verdict.Detail}), a right one another ({badCertificate.Verdict.Detail}).",
                Confidence = Confidence.Firm,
                Evidence = evidence,
                Cause = $"{Info.Id} order",
            }),
            _ => new Outcome.NotTested($"three refusals that differ: {badToken.Verdict.Detail}; {badCertificate.Verdict.Detail}; {both.Verdict.Detail}"),
        };
        return new() { Probes = [Of(scene, order, "stranger") with { Variant = "order" }, Of(scene, Detail(scene, both, badCertificate, evidence), "stranger") with { Variant = "detail" }] };
    }

    private Outcome Detail(TokenScene scene, Cell both, Cell badCertificate, ImmutableArray<Evidence> evidence)
    {
        if (both.Status is null && badCertificate.Status is null)
        {
            return new Outcome.Passed();
        }

        ImmutableArray<string> values = scene.Token is { } token
            ? [.. token.Claims.AllTexts().Concat(token.Header.AllTexts()).Where(one => one.Text.Length >= MinLeak && one.Path is not ("$.alg" or "$.typ")).Select(one => one.Text)]
            : [];
        string path = scene.Baseline.Ask.Request?.Target ?? "";
        return values.FirstOrDefault(value => !path.Contains(value, StringComparison.Ordinal) && (both.Text.Contains(value, StringComparison.Ordinal) || badCertificate.Text.Contains(value, StringComparison.Ordinal))) is null
            ? new Outcome.Passed()
            : new Outcome.Failed(new Flaw
            {
                Expected = "A refusal says nothing of the token's content.",
                Observed = "The refusal of a client with a stranger's certificate quotes a claim of the token it sent.",
                Confidence = Confidence.Firm,
                Evidence = evidence,
                Cause = $"{Info.Id} detail",
            });
    }

    private static async Task<Cell> AskAsync(CheckContext context, TokenScene scene, Actor who, CancellationToken cancellationToken)
    {
        Exchange first = await context.Transport.ExchangeAsync(scene.As(who), cancellationToken).ConfigureAwait(false);
        Exchange second = await context.Transport.ExchangeAsync(scene.As(who), cancellationToken).ConfigureAwait(false);
        Verdict one = context.Oracle.Classify(first, scene.Baseline);
        Verdict two = context.Oracle.Classify(second, scene.Baseline);
        Verdict verdict = one.GetType() == two.GetType() ? one : new Verdict.Undecided($"once {one.Detail}, then {two.Detail}", second);
        // What differs between two equal refusals (a date, a trace id) does not tell cells apart.
        bool stable = Body(first) == Body(second);
        string refusal = string.Join('\n', first.Summary, first.Answer?.Header("www-authenticate"), first.Answer?.Header("content-type"), stable ? Body(first) : "");
        return new(who.Name, verdict, first.Status, refusal, Body(first) + first.Answer?.Header("www-authenticate"), first.ToEvidence());
    }

    private static string Body(Exchange exchange) => exchange.Answer is { } answer ? AnswerShape.Text(answer) : "";

    private sealed record Cell(string Name, Verdict Verdict, int? Status, string Refusal, string Text, Evidence Evidence);
}
