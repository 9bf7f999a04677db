using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Exposure;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Checks.Specification;

/// <summary>SPEC-005: whether the answers are those that the description allows.</summary>
internal sealed class AnswerDiffers : AnswerCheck
{
    private static readonly ImmutableArray<string> Paging = ["limit", "page", "size", "pagesize", "perpage", "offset", "cursor", "after", "before", "first", "last", "top", "skip", "count", "start", "pagetoken", "maxresults", "take"];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "SPEC-005",
        Title = "Answers are not those of the description",
        Category = Category.Inventory,
        Severity = Severity.Low,
        Variants =
        [
            new("status", "A status is answered that is not described", Severity.Low),
            new("content-type", "A media type is answered that is not described", Severity.Low),
            new("schema", "An answer is not of its schema", Severity.Low),
            new("deprecated", "A deprecated operation still answers", Severity.Low),
            new("pagination", "A list has no bound", Severity.Low),
            new("errors", "Protected operations do not say how they refuse", Severity.Low),
        ],
        Standards = new() { Cwe = [1059], OwaspApi = ["API8:2023", "API9:2023"], PciDss = ["6.3.2"], Asvs = ["4.1.1"] },
        Needs = Usual,
        Why = "Whoever reviews, tests or filters an API does it by its description. What the server answers beyond it was seen by nobody: a status that clients do not handle, a type that browsers "
            + "read differently, a member that was never meant to leave, an operation that should be gone.",
        Impact = "Flaws stay where reviews and gateways do not look, and clients fail open on answers that they do not know.",
        How = "The answers of the valid identities, which other rules ask for anyway, are held against status, media type and schema of the description; members that are not described are "
            + "AUTHZ-012's. One finding for each kind, for the whole API. A list without a bound is a suspicion.",
        Sources = ["OpenAPI 3.1.1, sections 4.8.16 and 4.8.17", "OWASP API9:2023"],
        Remedies = DescribeTruly.Answers,
    };

    /// <inheritdoc/>
    protected override bool OneForAll => true;

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Survey.Description is not { } description)
        {
            return Described.Missing;
        }

        CheckResult seen = await base.RunAsync(context, cancellationToken).ConfigureAwait(false);
        ImmutableArray<Operation> silent = [.. description.Operations.Where(operation => operation is { HasSecurity: true, Responses.IsEmpty: false } && !operation.Responses.Any(response => response.Covers(401) || response.Covers(403)))];
        bool none = !description.Operations.Any(operation => operation is { HasSecurity: true, Responses.IsEmpty: false });
        Outcome errors = none ? new Outcome.NotApplicable("the description says of no protected operation how it answers")
            : silent.IsEmpty ? new Outcome.Passed()
            : new Outcome.Failed(Unsaid(description, silent));
        return seen with { Probes = [.. seen.Probes, new(errors) { Variant = "errors" }] };
    }

    /// <inheritdoc/>
    protected override bool IsLookedAt(ApiAnswer answer) => !answer.Operation.Responses.IsEmpty;

    /// <inheritdoc/>
    protected override IEnumerable<ProbeResult> Probes(CheckContext context, ApiAnswer answer)
    {
        int status = answer.Answer.Status;
        int exactness = answer.Operation.Responses.Max(response => response.Exactness(status));
        ImmutableArray<ApiResponse> described = exactness == 0 ? [] : [.. answer.Operation.Responses.Where(response => response.Exactness(status) == exactness)];
        yield return One(context, answer, "status", described.IsEmpty ? $"answers {status}, which its description does not know" : null, "The status is one that the description names.");
        if (answer.Operation.Deprecated)
        {
            yield return One(context, answer, "deprecated", "is deprecated and still answers", "A deprecated operation is switched off.");
        }

        string type = MediaTypes.Plain(answer.Answer.Header("content-type") ?? "");
        ImmutableArray<ApiResponse> bodies = [.. described.Where(response => response.MediaType is not null)];
        if (bodies.IsEmpty || answer.Answer.Body.IsEmpty)
        {
            yield break;
        }

        ApiResponse? own = bodies.FirstOrDefault(response => Covers(response.MediaType ?? "", type));
        yield return One(context, answer, "content-type", own is null ? $"answers {(type.Length == 0 ? "no media type" : type)} where {Described.List(bodies.Select(response => response.MediaType ?? ""))} is described" : null, "The media type is one that the description names.");
        if (own?.Schema is not { } schema || !MediaTypes.IsJson(type) || answer.Answer.BodyTruncated)
        {
            yield break;
        }

        string? violation = SchemaViolation.First(schema, answer.Answer.Body);
        yield return One(context, answer, "schema", violation is null ? null : $"answers a body in which {violation}", "The body is of its schema.");
        if (schema.Types.Contains("array"))
        {
            bool bounded = schema.MaxItems is not null || answer.Operation.Parameters.Any(parameter => parameter.In == "query" && Paging.Contains(Spec.ValueNames.Plain(parameter.Name)));
            yield return One(context, answer, "pagination", bounded ? null : "answers a list for which neither a bound nor a parameter of pages is described", "A list is bounded.", Confidence.Suspect);
        }
    }

    private static Flaw Unsaid(ApiDescription description, ImmutableArray<Operation> silent) => new()
    {
        Expected = "A protected operation describes 401 or 403.",
        Observed = $"{silent[0].Name} describes neither 401 nor 403{(silent.Length == 1 ? "." : $"; nor do {Described.List(silent.Skip(1).Select(operation => operation.Name))}.")}",
        Confidence = Confidence.Firm,
        Evidence = [Described.Evidence(description, silent.Select(operation => $"{operation.Name}: {string.Join(", ", operation.Responses.Select(response => response.Status).Distinct())}"))],
    };

    private static bool Covers(string described, string type) =>
        described == type || described == "*/*" || (described.EndsWith("/*", StringComparison.Ordinal) && type.StartsWith(described[..^1], StringComparison.Ordinal));

    private static ProbeResult One(CheckContext context, ApiAnswer answer, string variant, string? observed, string expected, Confidence confidence = Confidence.Firm) => Probe(
        answer,
        observed is null ? new Outcome.Passed() : new Outcome.Failed(new Flaw
        {
            Expected = expected,
            Observed = $"{answer.Operation.Name} {observed}.",
            Confidence = confidence,
            Evidence = [answer.Baseline.First.ToEvidence()],
            Replay = CurlLine.Of(answer.Baseline.First.Ask, context.Request),
        }),
        variant);
}
