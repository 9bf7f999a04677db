using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Races;

/// <summary>RACE-003: whether an object that is deleted and written at the same moment stays deleted.</summary>
internal sealed class DeleteAndUse : Check
{
    private const int Rounds = 6;
    private const int Writers = 4;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "RACE-003",
        Title = "A deleted object comes back when it is written at the same moment",
        Category = Category.TimeOfUse,
        Severity = Severity.Medium,
        Standards = new() { Cwe = [362], OwaspApi = ["API1:2023"], PciDss = ["6.2.4"], Asvs = ["15.4.2"] },
        Mode = ScanMode.Active,
        Needs = [Need.Caller, Need.Operations],
        Why = "A handler that loads an object, changes it and stores it whole brings it back when it was deleted in between. The one who deleted it has been told that it is gone.",
        Impact = "Data that had to go, a shared link or an account among it, lives on without anybody knowing.",
        How = "The scanner makes an object of its own, and shows one after the other that a write to a deleted one does not make it anew. Then, six times, an object is made, and its deletion and four writes are sent so that their ends arrive together, over HTTP/2 and over HTTP/1.1. "
            + "An object that is still read after its deletion was granted is a finding. What is left of ours is deleted.",
        Sources = ["CWE-362", "RFC 9110, section 13.1.1 (If-Match)"],
        Remedies =
        [
            .. LockRows.Objects.Where(static remedy => remedy.Stack is not ServerStack.Node),
            new(
                ServerStack.Node,
                "Write by an UPDATE, which makes nothing anew, and look at the number of its rows.",
                """
                const thing = await db.get('SELECT * FROM things WHERE id = ? AND owner = ?', id, user);
                if (!thing) return res.sendStatus(403);
                await db.run('INSERT OR REPLACE INTO things VALUES (?, ?, ?)', id, user, note);
                """,
                """
                const { changes } = await db.run('UPDATE things SET note = ? WHERE id = ? AND owner = ?', note, id, user);
                if (changes !== 1) return res.sendStatus(403);
                """),
        ],
    };

    /// <inheritdoc/>
    public override bool RunsAlone => true;

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Api.First is not { } identity || Lives(context).ToImmutableArray() is not { IsEmpty: false } lives)
        {
            return CheckResult.NotTested("no objects are known that can be made, read, written and deleted", "a description with POST /things and GET, PUT and DELETE /things/{id}: spec");
        }

        List<ProbeResult> probes = [];
        foreach (Life life in lives.Take(2))
        {
            probes.Add(context.Keep(new(await ProbeAsync(context, identity, life, cancellationToken).ConfigureAwait(false)) { Operation = life.Delete.Name, Identity = identity.Name }));
        }

        return new() { Probes = [.. probes] };
    }

    private static IEnumerable<Life> Lives(CheckContext context) =>
        from make in context.Api.Operations
        where make.Method == "POST" && !make.PathTemplate.Contains('{', StringComparison.Ordinal)
        from delete in context.Api.Operations
        where delete.Method == "DELETE" && delete.PathTemplate.StartsWith(make.PathTemplate.TrimEnd('/') + "/{", StringComparison.Ordinal) && delete.PathTemplate.EndsWith('}') && delete.PathTemplate.Count(c => c == '{') == 1
        let write = context.Api.Operations.FirstOrDefault(one => one.Method is "PUT" or "PATCH" && one.PathTemplate == delete.PathTemplate)
        let read = context.Api.Operations.FirstOrDefault(one => one.Method == "GET" && one.PathTemplate == delete.PathTemplate)
        where write is not null && read is not null
        select new Life(make, read, write, delete);

    private static async Task<Outcome> ProbeAsync(CheckContext context, Identity identity, Life life, CancellationToken cancellationToken)
    {
        (Thing? control, string? why) = await MakeAsync(context, identity, life, cancellationToken).ConfigureAwait(false);
        if (control is null)
        {
            return new Outcome.NotTested($"no object of the scanner's own could be made: {why}") { Needs = ["an example of the body in the description"] };
        }

        Exchange changed = await context.Writes.WriteAsync(control.Write, null, cancellationToken).ConfigureAwait(false);
        if (changed.Status is not (>= 200 and < 300))
        {
            await context.Writes.WriteAsync(control.Delete, null, cancellationToken).ConfigureAwait(false);
            return new Outcome.NotTested($"{life.Write.Name} on an object of its own got: {changed.Summary}");
        }

        Exchange deleted = await context.Writes.WriteAsync(control.Delete, null, cancellationToken).ConfigureAwait(false);
        Exchange gone = await context.Transport.ExchangeAsync(control.Read, cancellationToken).ConfigureAwait(false);
        if (deleted.Status is not (>= 200 and < 300) || gone.Answer is null or { Status: < 400 or >= 500 })
        {
            return new Outcome.NotTested($"{life.Delete.Name} got: {deleted.Summary}, and the read after it: {gone.Summary}");
        }

        Exchange late = await context.Writes.WriteAsync(control.Write with { Title = "control: a write after the deletion" }, null, cancellationToken).ConfigureAwait(false);
        Exchange reborn = await context.Transport.ExchangeAsync(control.Read, cancellationToken).ConfigureAwait(false);
        if (reborn.Status is >= 200 and < 300)
        {
            await context.Writes.WriteAsync(control.Delete, null, cancellationToken).ConfigureAwait(false);
            return new Outcome.NotApplicable("a write makes a deleted object anew, also one after the other");
        }

        int decided = 0;
        string? doubt = null;
        ImmutableArray<HttpFlavor> flavors = Volley.Flavors(context);
        for (int round = 0; round < Rounds; round++)
        {
            (Outcome? found, string? trouble) = await RoundAsync(context, identity, life, flavors[round % flavors.Length], [deleted, gone, late], cancellationToken).ConfigureAwait(false);
            if (found is not null)
            {
                return found;
            }

            decided += trouble is null ? 1 : 0;
            doubt ??= trouble;
        }

        return decided >= Rounds / 2 ? new Outcome.Passed() : new Outcome.NotTested($"only {decided} of {Rounds} rounds could be decided: {doubt}");
    }

    private static async Task<(Outcome? Found, string? Trouble)> RoundAsync(CheckContext context, Identity identity, Life life, HttpFlavor http, ImmutableArray<Exchange> controls, CancellationToken cancellationToken)
    {
        (Thing? thing, string? why) = await MakeAsync(context, identity, life, cancellationToken).ConfigureAwait(false);
        if (thing is null)
        {
            return (null, why);
        }

        ImmutableArray<Ask> asks = [.. Enumerable.Range(0, Writers).Select(_ => thing.Write), thing.Delete];
        ImmutableArray<Exchange> answers = await Volley.FireAsync(context, [.. asks.Select(ask => ask with { Http = http })], http, cancellationToken).ConfigureAwait(false);
        Exchange after = await context.Transport.ExchangeAsync(thing.Read with { Title = "read after the deletion" }, cancellationToken).ConfigureAwait(false);
        if (answers[^1].Status is not (>= 200 and < 300))
        {
            // Refused because a write came first (412, 409): that is right. It is removed now.
            if (after.Status is >= 200 and < 300)
            {
                await context.Writes.WriteAsync(thing.Delete with { Request = Matching(thing.Delete.Request!, after.Answer) }, null, cancellationToken).ConfigureAwait(false); // a deletion has a request
            }

            return (null, answers[^1].Status is >= 400 and < 500 ? null : $"the deletion got: {answers[^1].Summary}");
        }

        if (after.Status is not (>= 200 and < 300))
        {
            return (null, after.Answer is { Status: >= 400 and < 500 } ? null : $"the read after it got: {after.Summary}");
        }

        await context.Writes.WriteAsync(thing.Delete with { Title = "remove what came back", Request = Matching(thing.Delete.Request!, after.Answer) }, null, cancellationToken).ConfigureAwait(false); // a deletion has a request
        return (new Outcome.Failed(new Flaw
        {
            Expected = "After its deletion was granted an object is gone.",
            Observed = $"The deletion was answered {answers[^1].Summary} while {Writers} writes arrived with it; the object is still read after it. One after the other, a write to a deleted object is refused ({controls[2].Summary}).",
            Confidence = Confidence.Confirmed,
            Evidence = [.. controls.Select(one => one.ToEvidence()), answers[^1].ToEvidence("the deletion"), .. answers.Take(Writers).Where(one => one.Status is >= 200 and < 300).Take(1).Select(one => one.ToEvidence("a write at the same moment")), after.ToEvidence()],
        }), null);
    }

    private static async Task<(Thing? Thing, string? Why)> MakeAsync(CheckContext context, Identity identity, Life life, CancellationToken cancellationToken)
    {
        if (context.RequestFor(life.Make, identity) is not { } request)
        {
            return (null, "its path has no value");
        }

        RawHttpRequest own = request with { Headers = [.. request.Headers, .. CrossSite.Own(context)] };
        Ask make = new() { Title = "make an object", Route = Route.To(context.Request.Target), Actor = Actor.Of(identity), Mode = ScanMode.Active, Request = SampleFields.Of(life.Make, identity, null).On(own, life.Make.Body is { IsForm: true } ? BodyKind.Form : BodyKind.Json) };
        Exchange made = await context.Writes.WriteAsync(make, null, cancellationToken).ConfigureAwait(false);
        JsonObject? body = SampleFields.Object(made.Answer);
        string name = life.Delete.PathTemplate[(life.Delete.PathTemplate.IndexOf('{', StringComparison.Ordinal) + 1)..^1];
        string? id = made.Answer?.Header("location") is { } location ? location.TrimEnd('/').Split('/')[^1] : (body?[name] ?? body?["id"])?.ToString();
        if (made.Status is not (>= 200 and < 300) || id is not { Length: > 0 })
        {
            return (null, made.Summary);
        }

        Identity with = identity with { Values = identity.Values.SetItem(name, id) };
        if (context.Api.AskFor(life.Read, with, Actor.Of(identity), "read") is not { } read || context.RequestFor(life.Write, with) is not { } put || context.RequestFor(life.Delete, with) is not { } delete)
        {
            return (null, "its path has no value");
        }

        // If-Match of the version that both know; a server that compares it refuses whoever comes second.
        Exchange shown = await context.Transport.ExchangeAsync(read, cancellationToken).ConfigureAwait(false);
        bool demanded = life.Write.Parameters.Any(one => one is { In: "header", Required: true } && one.Name.Equals("if-match", StringComparison.OrdinalIgnoreCase));
        put = put with { Headers = [.. put.Headers, .. CrossSite.Own(context)] };
        put = SampleFields.Of(life.Write, identity, SampleFields.Object(shown.Answer) ?? body).On(demanded ? Matching(put, shown.Answer) : put, BodyKind.Json);
        return (new(
            read,
            read with { Title = "write it", Pooled = false, Mode = ScanMode.Active, Request = put },
            read with { Title = "delete it", Pooled = false, Mode = ScanMode.Active, Request = delete with { Headers = [.. delete.Headers, .. CrossSite.Own(context)] } }), null);
    }

    private static RawHttpRequest Matching(RawHttpRequest request, HttpAnswer? shown) => shown?.Header("etag") is { } tag
        ? request with { Headers = [.. request.Headers.Where(header => !header.Name.Equals("if-match", StringComparison.OrdinalIgnoreCase)), new("if-match", tag)] }
        : request;

    private sealed record Life(Operation Make, Operation Read, Operation Write, Operation Delete);

    private sealed record Thing(Ask Read, Ask Write, Ask Delete);
}
