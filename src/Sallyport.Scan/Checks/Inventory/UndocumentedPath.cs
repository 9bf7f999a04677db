using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Checks.Specification;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Spec.Discovery;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Inventory;

/// <summary>INV-002: whether the API answers at paths and to methods that its description does not name.</summary>
internal sealed class UndocumentedPath : Check
{
    private const int MostPaths = 40;
    private const int MostOptions = 15;

    private static readonly ImmutableArray<string> Words =
        ["admin", "internal", "private", "users", "accounts", "customers", "export", "backup", "config", "settings", "debug", "test", "stats", "logs", "audit", "reports", "jobs", "keys"];

    private static readonly ImmutableArray<string> WordsOfCollections = ["export", "all", "search", "stats"];

    /// <inheritdoc/>
    /// <remarks>A server that takes one connection at a time and does not know a method keeps everybody waiting.</remarks>
    public override bool RunsAlone => true;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "INV-002",
        Title = "The API answers at paths that its description does not name",
        Category = Category.Inventory,
        Severity = Severity.Medium,
        Variants =
        [
            new("path", "A path answers data and is not described", Severity.Medium),
            new("method", "A method is allowed and is not described", Severity.Low),
        ],
        Standards = new() { Cwe = [912, 1059], OwaspApi = ["API9:2023"], PciDss = ["6.3.2"], Asvs = ["15.2.3"] },
        Needs = [Need.Caller, Need.Operations],
        Why = "What is not described is not reviewed, not tested and not filtered: exports for one customer, tools of the operators, methods that the framework maps by itself.",
        Impact = "Data and functions that nobody thinks of are open to every account.",
        How = "Paths that the API's own answers link to, the collections that described paths name members of, and about twenty usual names are asked for by the valid identity when no described path covers them. JSON with a 2xx status, twice alike, "
            + "where a path that cannot exist gets neither, is a finding. Methods that OPTIONS allows and the description does not name are suspicions: they are not called.",
        Sources = ["OWASP API9:2023", "CWE-912", "RFC 9110, section 10.2.1 (Allow)"],
        Remedies = DescribeTruly.Described,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<Fact> facts = [.. Facts(context.Survey)];
        if (context.Survey.Description is not { } description)
        {
            return Described.With(facts);
        }

        if (context.Survey.Caller is not { } caller)
        {
            return CheckResult.NotTested("no valid identity was given").With([.. facts]);
        }

        ImmutableArray<ApiAnswer> answers = await context.Api.AnswersAsync(cancellationToken).ConfigureAwait(false);
        ImmutableArray<OperationPattern> known = [.. description.Operations.Concat(context.Request.Operations).Select(operation => Pattern(operation.PathTemplate)).OfType<OperationPattern>()];
        ImmutableArray<string> candidates =
        [
            .. Linked(context, answers).Concat(Guessed(description))
                .Where(path => !known.Any(pattern => pattern.Matches("GET", path)))
                .Where(path => !ProtectedOperations.IsOrdinary(path) && !DescriptionAddress.UsualPlaces.Contains(path) && !ApiDiscovery.IsDeed(path) && !OperationMerge.IsExcluded(context.Request, "GET", path))
                .Distinct(StringComparer.OrdinalIgnoreCase).Take(MostPaths),
        ];
        List<ProbeResult> probes = [];
        foreach (string path in candidates)
        {
            probes.Add(context.Keep(await PathAsync(context, caller, path, cancellationToken).ConfigureAwait(false)));
        }

        probes.AddRange(await MethodsAsync(context, description, caller, cancellationToken).ConfigureAwait(false));
        return probes.Count == 0 ? CheckResult.NotTested("no path is left to ask for").With([.. facts]) : new CheckResult { Probes = [.. probes], Facts = facts };
    }

    private static OperationPattern? Pattern(string template) => OperationPattern.TryParse($"* {template}", out OperationPattern? pattern, out _) ? pattern : null;

    private IEnumerable<Fact> Facts(Survey survey)
    {
        foreach (ApiShape shape in survey.Shapes)
        {
            yield return new(Info.Id, $"API shape: {shape.Name}", $"{shape.Path}: {shape.Evidence}");
        }

        if (!survey.HostsNamed.IsEmpty)
        {
            yield return new(Info.Id, "Other hosts that answers name (not contacted)", string.Join(", ", survey.HostsNamed));
        }

        foreach (string note in survey.Description?.Notes ?? [])
        {
            yield return new(Info.Id, "API description", note);
        }
    }

    private static IEnumerable<string> Linked(CheckContext context, ImmutableArray<ApiAnswer> answers) => answers
        .SelectMany(answer => LinkReader.Of(answer.Operation.PathTemplate, answer.Answer)
            .Where(link => !link.Address.Contains('{', StringComparison.Ordinal))
            .Select(link => SameOrigin.PathOf(context.Request.Target, answer.Baseline.Ask.Request?.Target.Split('?')[0] ?? "/", link.Address, out _)))
        .OfType<string>().Select(path => path.Split('?')[0]).Distinct().Take(MostPaths / 2);

    /// <summary>The collections that described paths name members of, usual names at the root, at the described prefix, and beside the members.</summary>
    private static IEnumerable<string> Guessed(ApiDescription description)
    {
        ImmutableArray<string> templates = [.. description.Operations.Select(operation => operation.PathTemplate)];
        ImmutableArray<string[]> parts = [.. templates.Select(template => template.Split('/', StringSplitOptions.RemoveEmptyEntries)).Where(segments => segments.Length > 0)];
        string first = parts.IsEmpty ? "" : parts[0][0];
        string prefix = parts.Length > 1 && parts.All(segments => segments.Length > 1 && segments[0] == first) && !first.Contains('{', StringComparison.Ordinal) ? "/" + first : "";
        ImmutableArray<string> collections = [.. templates.Where(template => template.EndsWith('}') && template.LastIndexOf('/') is > 0 and var at && !template[..at].Contains('{', StringComparison.Ordinal))
            .Select(template => template[..template.LastIndexOf('/')]).Distinct().Take(3)];
        return collections.Concat(Words.Select(word => $"{prefix}/{word}").Concat(collections.SelectMany(collection => WordsOfCollections.Select(word => $"{collection}/{word}").Append($"{collection}-export"))));
    }

    private async Task<ProbeResult> PathAsync(CheckContext context, Identity caller, string path, CancellationToken cancellationToken)
    {
        Ask ask = new()
        {
            Title = $"{caller.Name} at {path}",
            Route = context.Route,
            Actor = Actor.Of(caller),
            Request = new() { Target = context.Request.Target.Path + path },
            Pooled = true,
        };
        Exchange exchange = await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
        if (exchange.Answer is not { } answer || answer.Status is 408 or 429 or >= 500)
        {
            return new(new Outcome.NotTested($"{path}: {exchange.Summary}")) { Operation = $"GET {path}", Variant = "path" };
        }

        if (answer.Status is not (>= 200 and < 300) || !MediaTypes.IsJson(MediaTypes.Plain(answer.Header("content-type") ?? "")) || answer.Body.Length < 3)
        {
            return new(new Outcome.Passed()) { Operation = $"GET {path}", Variant = "path" };
        }

        // Two equal calls, and a path that cannot exist gets something else (the catch-all guard).
        return await context.Oracle.LearnAsync(ask, cancellationToken).ConfigureAwait(false) is not BaselineResult.Learned { Baseline: var learned }
            ? new(new Outcome.NotTested($"{path} answers, but so may every path, or differently each time")) { Operation = $"GET {path}", Variant = "path" }
            : new(new Outcome.Failed(new Flaw
            {
                Expected = "Only described paths answer data.",
                Observed = $"GET {path} answers {caller.Name} {answer.Status} with JSON; the description does not name it.",
                Confidence = Confidence.Firm,
                Evidence = [learned.First.ToEvidence()],
                Replay = CurlLine.Of(ask, context.Request),
            }))
            { Operation = $"GET {path}", Variant = "path" };
    }

    private static async Task<IEnumerable<ProbeResult>> MethodsAsync(CheckContext context, ApiDescription description, Identity caller, CancellationToken cancellationToken)
    {
        ImmutableArray<string> everywhere = await AllowedAsync(context, caller, "/" + context.Api.Fresh(), cancellationToken).ConfigureAwait(false);
        List<ProbeResult> probes = [];
        foreach (IGrouping<string, Operation> path in description.Operations.Where(operation => !ProtectedOperations.IsOrdinary(operation.PathTemplate)).GroupBy(operation => operation.PathTemplate).Take(MostOptions))
        {
            if (OperationPath.Resolve(path.First(), caller) is not { } resolved || OperationMerge.IsExcluded(context.Request, "OPTIONS", path.Key))
            {
                continue;
            }

            ImmutableArray<string> allowed = await AllowedAsync(context, caller, resolved.Split('?')[0], cancellationToken).ConfigureAwait(false);
            ImmutableArray<string> described = [.. path.Select(operation => operation.Method), "HEAD", "OPTIONS"];
            ImmutableArray<string> more = [.. allowed.Except(everywhere).Except(described)];
            if (!allowed.IsEmpty)
            {
                probes.Add(new(more.IsEmpty ? new Outcome.Passed() : new Outcome.Failed(new Flaw
                {
                    Expected = "Only described methods are allowed.",
                    Observed = $"OPTIONS {path.Key} allows {string.Join(", ", more)}, which the description does not name.",
                    Confidence = Confidence.Suspect,
                    Evidence = [Described.Lines($"OPTIONS {path.Key}", $"Allow: {string.Join(", ", allowed)}")],
                }))
                { Operation = $"OPTIONS {path.Key}", Variant = "method" });
            }
        }

        return probes;
    }

    private static async Task<ImmutableArray<string>> AllowedAsync(CheckContext context, Identity caller, string path, CancellationToken cancellationToken)
    {
        Exchange exchange = await context.Transport.ExchangeAsync(
            new()
            {
                Title = $"methods of {path}",
                Route = context.Route,
                Actor = Actor.Of(caller),
                Request = new() { Method = "OPTIONS", Target = context.Request.Target.Path + path },
                Pooled = true,
            },
            cancellationToken).ConfigureAwait(false);
        return exchange.Answer?.Header("allow") is { Length: <= 500 } allow
            ? [.. allow.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(method => method.ToUpperInvariant()).Where(method => OperationPattern.IsMethod(method) && method != "*").Distinct()]
            : [];
    }
}
