using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Spec.Discovery;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Graphs;

/// <summary>A check of a GraphQL endpoint, as the first identity: the plainest query must be answered before and after.</summary>
internal abstract class GraphCheck : Check
{
    /// <summary>The endpoint, as one identity.</summary>
    /// <param name="Path">Its path below the target's.</param>
    /// <param name="Who">Who asks.</param>
    /// <param name="Control">The answered control.</param>
    internal sealed record Endpoint(string Path, Actor Who, Exchange Control);

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (PathOf(context) is not { } path || context.Api.First is not { } first)
        {
            return CheckResult.NotApplicable("no GraphQL endpoint is known");
        }

        Actor who = Actor.Of(first);
        (Exchange control, JsonNode? answer) = await context.Shared.OnceAsync("graphql control", () => AskAsync(context, path, who, "the plainest query", Query("{__typename}"), cancellationToken)).ConfigureAwait(false);
        if (answer?["data"]?["__typename"] is null)
        {
            return CheckResult.NotTested($"the endpoint did not answer the plainest query of {first.Name}: {control.Summary}");
        }

        Outcome outcome = await TryAsync(context, new(path, who, control), cancellationToken).ConfigureAwait(false);
        if (outcome is Outcome.Passed)
        {
            (Exchange after, JsonNode? again) = await AskAsync(context, path, who, "the plainest query after it", Query("{__typename}"), cancellationToken).ConfigureAwait(false);
            outcome = again?["data"]?["__typename"] is null ? new Outcome.NotTested($"the plainest query was no longer answered after it: {after.Summary}") : outcome;
        }

        return new() { Probes = [new(outcome) { Operation = $"POST {path}", Identity = first.Name }] };
    }

    /// <summary>Tries the endpoint.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    protected abstract Task<Outcome> TryAsync(CheckContext context, Endpoint endpoint, CancellationToken cancellationToken);

    /// <summary>What such a check is.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="title">Its title.</param>
    /// <param name="severity">Its severity.</param>
    /// <param name="why">Why it matters.</param>
    /// <param name="impact">What is gained by it.</param>
    /// <param name="how">What is sent.</param>
    protected static CheckInfo InfoOf(string id, string title, Severity severity, string why, string impact, string how) => new()
    {
        Id = id,
        Title = title,
        Category = id is "GQL-001" or "GQL-002" ? Category.Inventory : Category.RateLimiting,
        Severity = severity,
        Mode = ScanMode.Active,
        Standards = new() { Cwe = id is "GQL-001" or "GQL-002" ? [200] : [770], OwaspApi = id is "GQL-001" or "GQL-002" ? ["API8:2023"] : ["API4:2023"], PciDss = ["6.2.4"], Asvs = [id is "GQL-001" or "GQL-002" ? "4.3.2" : "4.3.1"] },
        Needs = [Need.Caller, Need.Operations],
        Why = why,
        Impact = impact,
        How = how,
        Sources = ["GraphQL specification, October 2021", "OWASP ASVS 5.0, 4.3"],
        Remedies = BoundQuery.All,
    };

    /// <summary>A request of one query.</summary>
    /// <param name="query">The query.</param>
    protected static JsonNode Query(string query) => new JsonObject { ["query"] = query };

    /// <summary>Sends a request.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="title">What evidence calls it.</param>
    /// <param name="body">The request.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    protected static Task<(Exchange Exchange, JsonNode? Answer)> AskAsync(CheckContext context, Endpoint endpoint, string title, JsonNode body, CancellationToken cancellationToken) =>
        AskAsync(context, endpoint.Path, endpoint.Who, title, body, cancellationToken);

    /// <summary>A refusal by a limit, or another answer that is no success: right.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="answer">Its answer.</param>
    protected static Outcome Refused(Exchange exchange, JsonNode? answer) => exchange.Answer switch
    {
        { Status: >= 400 and < 429 or (> 429 and < 500) } => new Outcome.Passed(),
        { Status: >= 200 and < 300 } when answer is JsonObject body && body["errors"] is JsonArray { Count: > 0 } => new Outcome.Passed(),
        _ => new Outcome.NotTested(exchange.Summary),
    };

    private static async Task<(Exchange Exchange, JsonNode? Answer)> AskAsync(CheckContext context, string path, Actor who, string title, JsonNode body, CancellationToken cancellationToken)
    {
        Ask ask = new()
        {
            Title = title,
            Route = context.Route,
            Actor = who,
            Mode = ScanMode.Active,
            Request = new RawHttpRequest
            {
                Method = "POST",
                Target = context.Request.Target.Path + path,
                Headers = [new("content-type", "application/json"), new("accept", "application/graphql-response+json, application/json")],
                Body = Encoding.UTF8.GetBytes(body.ToJsonString()),
            },
        };
        Exchange exchange = await context.Writes.WriteAsync(ask, null, cancellationToken).ConfigureAwait(false);
        return (exchange, Json.Node(exchange.Answer?.Body ?? default));
    }

    private static string? PathOf(CheckContext context)
    {
        IEnumerable<string> shapes = context.Survey.Shapes.Where(shape => shape.Kind == ApiShapeKind.GraphQl).Select(shape => shape.Path);
        IEnumerable<string> described = context.Api.Operations.Where(operation => ShapeReader.Of(operation)?.Kind == ApiShapeKind.GraphQl).Select(operation => operation.PathTemplate);
        return shapes.Concat(described).FirstOrDefault(path => !path.Contains('{', StringComparison.Ordinal));
    }
}
