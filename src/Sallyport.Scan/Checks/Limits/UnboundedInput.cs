using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Limits;

/// <summary>RL-003: whether one request can ask for, or send, as much as it likes.</summary>
internal sealed class UnboundedInput : Check
{
    private const int Asked = 1_000_000;
    private const int ManyItems = 1_000;
    private const int LargeBody = 10 * 1024 * 1024;
    private static readonly ImmutableArray<string> s_sizes = ["limit", "per_page", "perpage", "page_size", "pagesize", "size", "count", "top", "$top", "first", "max", "maxresults", "max_results", "take"];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "RL-003",
        Title = "One request may ask for, or send, as much as it likes",
        Category = Category.RateLimiting,
        Severity = Severity.Medium,
        Variants =
        [
            new("page", "A page may be as long as the client says", Severity.Medium),
            new("body", "A body of 10 MB is read and taken", Severity.Medium),
        ],
        Standards = new() { Cwe = [770], OwaspApi = ["API4:2023"], PciDss = ["6.2.4"], Asvs = ["2.4.1", "5.2.1"] },
        Needs = [Need.Caller, Need.Operations],
        Why = "A page size that the client chooses, or a body that is read whole before anybody looks at it, lets one request cost as much as thousands.",
        Impact = "A few requests take the memory or the database of the API.",
        How = "Lists whose description has a parameter for the page's size are asked for a million, as the first identity that is served them: more than 1,000 items, or more than 1 MB, is a finding; a refusal passes; a short list proves nothing. In active mode a write of the identity's own, with its values as they are and 10 MB of blanks around them, is sent: served, it is a finding. Depth, batches and aliases are looked at by the GQL rules.",
        Sources = ["OWASP API4:2023", "CWE-770"],
        Remedies = LimitRequests.Sizes,
    };

    /// <inheritdoc/>
    public override bool RunsAlone => true;

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<ProbeResult> probes = [];
        if (context.Api.First is not { } identity)
        {
            return CheckResult.NotTested("no valid identity was given", "identities");
        }

        foreach ((Operation list, ApiParameter size) in context.Api.Operations.Where(one => one.Method == "GET")
            .SelectMany(one => one.Parameters.Where(parameter => parameter.In == "query" && s_sizes.Contains(parameter.Name, StringComparer.OrdinalIgnoreCase)).Take(1).Select(parameter => (one, parameter))).Take(5))
        {
            probes.Add(context.Keep(await PageAsync(context, identity, list, size, cancellationToken).ConfigureAwait(false)));
        }

        probes.Add(await BodyAsync(context, identity, cancellationToken).ConfigureAwait(false));
        return new() { Probes = [.. probes] };
    }

    // As the first who is served the list: what is refused to one identity, another may be shown.
    private static async Task<ProbeResult> PageAsync(CheckContext context, Identity first, Operation list, ApiParameter size, CancellationToken cancellationToken)
    {
        Identity who = first;
        foreach (Identity identity in context.Api.Identities)
        {
            if (await context.Api.BaselineAsync(list, identity, cancellationToken).ConfigureAwait(false) is BaselineResult.Learned)
            {
                who = identity;
                break;
            }
        }

        return new(await PageOfAsync(context, who, list, size, cancellationToken).ConfigureAwait(false)) { Variant = "page", Operation = list.Name, Identity = who.Name };
    }

    private static async Task<Outcome> PageOfAsync(CheckContext context, Identity identity, Operation list, ApiParameter size, CancellationToken cancellationToken)
    {
        if (context.Api.AskFor(list, identity, Actor.Of(identity), "control: the usual page") is not { Request: { } request } ask)
        {
            return Api.ApiMap.MissingFor(list, identity);
        }

        Exchange usual = await context.Transport.ExchangeAsync(ask with { Reusable = true }, cancellationToken).ConfigureAwait(false);
        if (usual.Answer is not { Status: >= 200 and < 300, BodyTruncated: false } page)
        {
            return new Outcome.NotTested($"the usual page got: {usual.Summary}");
        }

        string target = string.Join('&', (request.Target + (request.Target.Contains('?') ? "" : "?")).Split('&').Where(part => !part.StartsWith(size.Name + "=", StringComparison.OrdinalIgnoreCase)));
        target += FormattableString.Invariant($"{(target.EndsWith('?') ? "" : "&")}{Uri.EscapeDataString(size.Name)}={Asked}");
        Exchange huge = await context.Transport.ExchangeAsync(ask with { Title = FormattableString.Invariant($"{size.Name}={Asked}"), Request = request with { Target = target } }, cancellationToken).ConfigureAwait(false);
        return huge switch
        {
            { Answer: { Status: >= 400 and < 500 and not (408 or 429) } } => new Outcome.Passed(),
            { Answer: { Status: >= 200 and < 300 } answer } when answer.BodyTooLong || (!answer.BodyTruncated && Items(answer) > ManyItems) => new Outcome.Failed(new Flaw
            {
                Expected = "A page has a largest size, whatever is asked for.",
                Observed = answer.BodyTooLong ? "The answer was longer than 1 MB." : FormattableString.Invariant($"The answer holds {Items(answer)} items; the usual page holds {Items(page)}."),
                Confidence = Confidence.Firm,
                Evidence = [usual.ToEvidence(), huge.ToEvidence() with { Received = FormattableString.Invariant($"HTTP {answer.Status}, {answer.Body.Length} bytes or more") }],
            }),
            { Answer: { BodyTruncated: true, Status: >= 200 and < 300 } } => new Outcome.NotTested($"{size.Name}={Asked} got: {huge.Summary}"),
            // A full page that did not grow was cut by the server.
            { Answer: { Status: >= 200 and < 300 } answer } when Items(answer) == Items(page) && Items(page) is 10 or 20 or 25 or 50 or 100 or 200 or 250 or 500 or 1000 => new Outcome.Passed(),
            { Answer.Status: >= 200 and < 300 } => new Outcome.NotTested("it was taken, but the list is too short to show whether a page has a largest size"),
            _ => new Outcome.NotTested($"{size.Name}={Asked} got: {huge.Summary}"),
        };
    }

    private static async Task<ProbeResult> BodyAsync(CheckContext context, Identity identity, CancellationToken cancellationToken)
    {
        ProbeResult Of(Outcome outcome, string? operation = null) => new(outcome) { Variant = "body", Operation = operation, Identity = identity.Name };
        if (context.Request.Mode < ScanMode.Active)
        {
            return Of(new Outcome.NotTested("10 MB are not sent in safe mode") { Needs = ["--mode active"] });
        }

        Browser client = new() { Identity = identity, Ambient = Actor.Of(identity), Full = Actor.Of(identity) };
        (ChangeSite? site, Attempt? _, string? why) = await ChangeSites.FindAsync(context, client, ["PUT", "PATCH", "POST"], cancellationToken).ConfigureAwait(false);
        if (site is not { Kind: BodyKind.Json })
        {
            return Of(new Outcome.NotTested($"no write with a JSON body of {identity.Name}'s own could be made: {why ?? "only forms are known"}") { Needs = [$"identities.{identity.Name}.values"] });
        }

        // Blanks mean nothing in JSON: what is written is what there is.
        Ask small = site.Legit(site.Fields[site.Field] ?? site.Canary(), "10 MB of blanks around the same values");
        byte[] body = new byte[LargeBody];
        Array.Fill(body, (byte)' ');
        small.Request!.Body.Span.CopyTo(body.AsSpan(LargeBody - small.Request.Body.Length)); // a write has a request
        Exchange sent = await context.Writes.WriteAsync(small with { Request = small.Request with { Body = body } }, site.Undo, cancellationToken).ConfigureAwait(false);
        await context.Writes.UndoAsync(site.Undo, cancellationToken).ConfigureAwait(false);
        return Of(sent switch
        {
            { Status: >= 200 and < 300 } => new Outcome.Failed(new Flaw
            {
                Expected = "A body far above what the operation needs is refused with 413 before it is read.",
                Observed = $"A body of 10 MB was read and taken ({sent.Summary}).",
                Confidence = Confidence.Firm,
                Evidence = [sent.ToEvidence()],
            }),
            { Status: >= 400 and < 500 and not (404 or 429) } => new Outcome.Passed(),
            // Many servers close while the rest is still on its way: that is a refusal, when they answer others.
            { Http: HttpOutcome.Closed or HttpOutcome.Alerted } when (await site.ControlAsync(context, "control, after", cancellationToken).ConfigureAwait(false)).Changed => new Outcome.Passed(),
            _ => new Outcome.NotTested($"a body of 10 MB got: {sent.Summary}"),
        }, site.Operation.Name);
    }

    private static int Items(HttpAnswer answer)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer.Body);
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.Array ? root.GetArrayLength()
                : root.ValueKind == JsonValueKind.Object ? root.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Array).Select(member => member.Value.GetArrayLength()).DefaultIfEmpty(0).Max() : 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return 0;
        }
    }
}
