using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Races;

/// <summary>RACE-004: whether If-Match keeps one writer from overwriting another.</summary>
internal sealed class LostUpdate : Check
{
    private const int Writers = 6;
    private const int Rounds = 3;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "RACE-004",
        Title = "If-Match does not keep writers apart",
        Category = Category.TimeOfUse,
        Severity = Severity.Medium,
        Standards = new() { Cwe = [362], OwaspApi = ["API6:2023"], PciDss = ["6.2.4"], Asvs = ["15.4.2"] },
        Mode = ScanMode.Active,
        Needs = [Need.Caller, Need.Operations],
        Why = "An ETag promises that a write with If-Match is refused when somebody else was faster. A server that sends ETags and does not compare them, or compares first and writes later, lets the second writer overwrite the first, who has been told that all is well.",
        Impact = "Changes vanish: a lowered limit, a removed address, a cancelled payment.",
        How = "Only where a read sends an ETag or the description declares If-Match: a value of the identity's own is written with the current ETag, then written again with the same, now old one, and read back. When that is refused, six writes with one and the same current ETag are sent so that their ends arrive together, three times: more than one that succeeds is a finding. "
            + "The value is restored.",
        Sources = ["RFC 9110, sections 8.8.3 and 13.1.1", "CWE-362"],
        Remedies = LockRows.Versions,
    };

    /// <inheritdoc/>
    public override bool RunsAlone => true;

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Api.First is not { } identity)
        {
            return CheckResult.NotTested("no valid identity was given", "identities");
        }

        Browser client = new() { Identity = identity, Ambient = Actor.Of(identity), Full = Actor.Of(identity) };
        bool declared = false;
        string? why = null;
        foreach (Operation write in context.Api.Operations.Where(one => one.Method is "PUT" or "PATCH"))
        {
            bool demands = write.Parameters.Any(one => one.In == "header" && one.Name.Equals("if-match", StringComparison.OrdinalIgnoreCase));
            declared |= demands;
            if (context.Api.Operations.FirstOrDefault(one => one.Method == "GET" && one.PathTemplate == write.PathTemplate) is not { } read)
            {
                continue;
            }

            foreach (ChangeSite site in (await ChangeSites.SitesAsync(context, client, write, read, cancellationToken).ConfigureAwait(false)).Where(one => !one.Creates).Take(2))
            {
                (Exchange shown, string? tag) = await TagAsync(context, site, cancellationToken).ConfigureAwait(false);
                declared |= tag is not null;
                if (tag is null)
                {
                    why ??= demands ? $"{read.Name} sends no ETag: {shown.Summary}" : null;
                    break;
                }

                (Outcome? outcome, string? doubt) = await ProbeAsync(context, Forced(site), shown, tag, cancellationToken).ConfigureAwait(false);
                if (outcome is not null)
                {
                    return new() { Probes = [new(outcome) { Operation = write.Name, Identity = identity.Name }] };
                }

                why ??= doubt;
            }
        }

        return declared
            ? CheckResult.NotTested($"no write with an ETag could be made: {why}", $"identities.{identity.Name}.values, and a body that fits in the description")
            : CheckResult.NotApplicable("no read of what can be written sends an ETag, and no operation declares If-Match");
    }

    private static async Task<(Exchange Shown, string? Tag)> TagAsync(CheckContext context, ChangeSite site, CancellationToken cancellationToken)
    {
        Exchange shown = await context.Transport.ExchangeAsync(site.Read with { Title = "its ETag" }, cancellationToken).ConfigureAwait(false);
        return (shown, shown.Answer?.Header("etag"));
    }

    // The undoing must hold whatever the version is by then.
    private static ChangeSite Forced(ChangeSite site) => site.Undo is { Request: { } request } undo
        ? site with { Undo = undo with { Request = request with { Headers = [.. request.Headers.Where(header => !header.Name.Equals("if-match", StringComparison.OrdinalIgnoreCase)), new("if-match", "*")] } } }
        : site;

    private static async Task<(Outcome? Outcome, string? Doubt)> ProbeAsync(CheckContext context, ChangeSite site, Exchange shown, string tag, CancellationToken cancellationToken)
    {
        (string first, string second) = (site.Canary(), site.Canary());
        Attempt fresh = await site.TryAsync(context, With(site.Legit(first, "control: with the current ETag"), tag), first, cancellationToken).ConfigureAwait(false);
        string? next = fresh.Read.Answer?.Header("etag");
        if (!fresh.Changed || next is null || next == tag)
        {
            await context.Writes.UndoAsync(site.Undo, cancellationToken).ConfigureAwait(false);
            return (null, fresh.Changed ? "the ETag is the same after a change" : $"a write with the current ETag got: {fresh.Wrote.Summary}");
        }

        Attempt stale = await site.TryAsync(context, With(site.Legit(second, "with the old ETag"), tag), second, cancellationToken).ConfigureAwait(false);
        Outcome outcome = stale switch
        {
            { Changed: true } => new Outcome.Failed(new Flaw
            {
                Expected = "A write with an ETag that is no longer current is refused with 412.",
                Observed = $"A write with the ETag from before another write was made: its value is read back ({stale.Wrote.Summary}).",
                Confidence = Confidence.Confirmed,
                Evidence = [shown.ToEvidence(), fresh.Wrote.ToEvidence(), fresh.Read.ToEvidence(), stale.Wrote.ToEvidence(), stale.Read.ToEvidence()],
            }),
            { Doubt: { } doubt } => new Outcome.NotTested(doubt),
            { Wrote.Status: 412 or 409 or 428 or 400 or 403 } => await TogetherAsync(context, site, stale, cancellationToken).ConfigureAwait(false),
            _ => new Outcome.NotTested($"a write with the old ETag got: {stale.Wrote.Summary}, and its value is not there"),
        };
        await context.Writes.UndoAsync(site.Undo, cancellationToken).ConfigureAwait(false);
        return (outcome, null);
    }

    private static async Task<Outcome> TogetherAsync(CheckContext context, ChangeSite site, Attempt refused, CancellationToken cancellationToken)
    {
        int decided = 0;
        string? doubt = null;
        ImmutableArray<HttpFlavor> flavors = Volley.Flavors(context);
        for (int round = 0; round < Rounds; round++)
        {
            (Exchange shown, string? tag) = await TagAsync(context, site, cancellationToken).ConfigureAwait(false);
            if (tag is null)
            {
                return new Outcome.NotTested($"the read no longer sends an ETag: {shown.Summary}");
            }

            HttpFlavor http = flavors[round % flavors.Length];
            ImmutableArray<Ask> asks = [.. Enumerable.Range(1, Writers).Select(i => With(site.Legit(site.Canary(), $"writer {i} of {Writers}"), tag) with { Http = http })];
            ImmutableArray<Exchange> answers = await Volley.FireAsync(context, asks, http, cancellationToken).ConfigureAwait(false);
            ImmutableArray<Exchange> granted = [.. answers.Where(answer => answer.Status is >= 200 and < 300)];
            if (granted.Length > 1)
            {
                return new Outcome.Failed(new Flaw
                {
                    Expected = "Of writes with the same ETag one succeeds.",
                    Observed = $"Of {Writers} writes with the same ETag at the same moment {granted.Length} were granted, each with another value; one after the other the second is refused ({refused.Wrote.Summary}).",
                    Confidence = Confidence.Firm,
                    Evidence = [shown.ToEvidence(), refused.Wrote.ToEvidence(), .. granted.Take(2).Select(one => one.ToEvidence())],
                });
            }

            decided += granted.Length;
            doubt ??= granted.IsEmpty ? answers[0].Summary : null;
        }

        return decided > 0 ? new Outcome.Passed() : new Outcome.NotTested($"of {Writers} writes with the same ETag at the same moment none succeeded: {doubt}");
    }

    private static Ask With(Ask ask, string tag) => ask with { Request = ask.Request! with { Headers = [.. ask.Request.Headers.Where(header => !header.Name.Equals("if-match", StringComparison.OrdinalIgnoreCase)), new("if-match", tag)] } }; // a write has a request
}
