using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>AUTH-002: whether another method, or a header that names one, gets what the right method refuses.</summary>
internal sealed class MethodBypass : Check
{
    /// <inheritdoc/>
    /// <remarks>A server that takes one connection at a time and does not know a method keeps everybody waiting.</remarks>
    public override bool RunsAlone => true;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTH-002",
        Title = "Another method gets past the access check",
        Category = Category.Authentication,
        Severity = Severity.High,
        Standards = new() { Cwe = [650, 288], OwaspApi = ["API2:2023"], PciDss = ["2.2.4"], Asvs = ["4.1.4", "8.3.1"] },
        Needs = [Need.Caller, Need.Operations],
        Why = "A rule that lists methods protects those it lists. HEAD, a method in lower case or an unknown one may reach the same handler; a header such as X-HTTP-Method-Override "
            + "changes the method after the rule was asked.",
        Impact = "What the rule keeps is read without the credentials it demands.",
        How = "One protected operation is asked by whom it refuses: with HEAD, OPTIONS and overriding headers, and in active mode with POST, TRACE, PROPFIND, an unknown method and one "
            + "in lower case. An answer equal to the right identity's, twice, is a finding; for HEAD the same entity tag as the right identity's is.",
        Sources = ["CWE-650", "OWASP WSTG-INPV-03", "RFC 9110, section 9.1 (methods are case-sensitive)"],
        Remedies = RequireAuthentication.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        string? why = null;
        foreach (Operation operation in context.Readable.OrderBy(one => one.Name == context.Survey.ProtectedOperation?.Name ? 0 : 1).Take(3))
        {
            if (await context.Api.AccessAsync(operation, cancellationToken).ConfigureAwait(false) is not Access.Protected { Baseline: var baseline })
            {
                continue;
            }

            List<ProbeResult> probes = [];
            foreach (Actor refused in await RefusedOverHttpAsync(context, baseline, cancellationToken).ConfigureAwait(false))
            {
                if (!probes.Exists(static one => one.Outcome is Outcome.Failed))
                {
                    probes.Add(context.Keep(await OneAsync(context, operation, baseline, refused, cancellationToken).ConfigureAwait(false)));
                }
            }

            if (probes.Count > 0)
            {
                return new() { Probes = [.. probes] };
            }

            why = "whoever lacks the right credentials is refused before any method is read";
        }

        return why is null ? CheckResult.NotTested("no protected operation is known", "--protected 'GET /path' (operations.protected)") : CheckResult.NotApplicable(why);
    }

    /// <summary>Whom the operation refuses by an HTTP answer: only such a refusal can depend on the method, and a gate may hold for the one and not for the other.</summary>
    private static async Task<List<Actor>> RefusedOverHttpAsync(CheckContext context, Baseline baseline, CancellationToken cancellationToken)
    {
        List<Actor> actors = [Actor.Nobody];
        if (baseline.Ask.Actor.Application is { HasCertificate: true } owner && ApplicationCredentials.Has(owner))
        {
            actors.Add(Actor.Of(owner).WithoutApplication());
        }

        List<Actor> refused = [];
        foreach (Actor actor in actors)
        {
            Verdict verdict = await context.Oracle.JudgeAgainstAsync(baseline.Ask with { Title = actor.Name, Actor = actor, Reusable = true, Pooled = true }, baseline, cancellationToken).ConfigureAwait(false);
            if (verdict is Verdict.Rejected { Status: not null })
            {
                refused.Add(actor);
            }
        }

        return refused;
    }

    private static async Task<ProbeResult> OneAsync(CheckContext context, Operation operation, Baseline baseline, Actor actor, CancellationToken cancellationToken)
    {
        RawHttpRequest get = baseline.Ask.Request ?? throw new InvalidOperationException("A baseline without a request.");
        int refused = 0;
        Outcome? found = await HeadAsync(context, baseline, actor, get, cancellationToken).ConfigureAwait(false);
        foreach (RawHttpRequest request in Requests(get, context.Request.Mode))
        {
            if (found is not null)
            {
                break;
            }

            string name = request.Headers.Skip(get.Headers.Length).Select(static header => $" with {header.Name}: {header.Value}").FirstOrDefault("");
            Ask ask = baseline.Ask with { Title = $"{actor.Name}: {request.Method}{name}", Actor = actor, Request = request, Reusable = false, Pooled = true, Mode = request.Method is "GET" or "OPTIONS" ? ScanMode.Safe : ScanMode.Active };
            Verdict verdict = await context.Oracle.JudgeAgainstAsync(ask, baseline, cancellationToken).ConfigureAwait(false);
            refused += verdict is Verdict.Rejected ? 1 : 0;
            found = verdict is Verdict.Accepted accepted
                ? new Outcome.Failed(FlawOf(context, $"{request.Method} {request.Target}{name}", baseline, accepted.Exchange, "gets what", accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm))
                : null;
        }

        return new(found ?? (refused > 0 ? new Outcome.Passed() : new Outcome.NotTested("no other method was refused as the right one is, and none was served"))) { Operation = operation.Name, Identity = actor.Name };
    }

    /// <summary>HEAD has no body to compare: the entity tag is the representation's own (RFC 9110, section 8.8.3).</summary>
    private static async Task<Outcome?> HeadAsync(CheckContext context, Baseline baseline, Actor actor, RawHttpRequest get, CancellationToken cancellationToken)
    {
        if (baseline.First.Answer?.Header("etag") is not { Length: > 2 } tag || baseline.Second.Answer?.Header("etag") != tag)
        {
            return null;
        }

        Ask head = baseline.Ask with { Title = $"{actor.Name}: HEAD", Actor = actor, Request = get with { Method = "HEAD" }, Reusable = false, Pooled = true };
        Exchange first = await context.Transport.ExchangeAsync(head, cancellationToken).ConfigureAwait(false);
        if (first.Status is not (>= 200 and < 300) || first.Answer?.Header("etag") != tag)
        {
            return null;
        }

        Exchange again = await context.Transport.ExchangeAsync(head, cancellationToken).ConfigureAwait(false);
        return again.Answer?.Header("etag") == tag && await context.Oracle.StillHoldsAsync(baseline, cancellationToken).ConfigureAwait(false)
            ? new Outcome.Failed(FlawOf(context, $"HEAD {get.Target}", baseline, first, "is served the entity tag that", Confidence.Firm))
            : null;
    }

    private static IEnumerable<RawHttpRequest> Requests(RawHttpRequest get, ScanMode mode)
    {
        string[] overriding = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"];
        yield return get with { Method = "OPTIONS" };
        foreach (string header in overriding)
        {
            yield return get with { Headers = [.. get.Headers, new(header, "OPTIONS")] };

            // A gate that only looks whether there is such a field has let it pass by then.
            yield return get with { Headers = [.. get.Headers, new(header, "GET")] };
        }

        if (mode < ScanMode.Active)
        {
            yield break;
        }

        foreach (string method in new[] { "get", "TRACE", "PROPFIND", "SALLYPORT", "POST" })
        {
            yield return get with { Method = method };
        }

        foreach (string header in overriding)
        {
            yield return get with { Method = "POST", Headers = [.. get.Headers, new(header, "GET")] };
        }
    }

    private static Flaw FlawOf(CheckContext context, string request, Baseline baseline, Exchange served, string what, Confidence confidence) => new()
    {
        Expected = "Whoever is refused with GET is refused with every method.",
        Observed = $"{served.Ask.Actor.Name} is refused {baseline.Ask.Request?.Target} with GET; with {request} it {what} {baseline.Ask.Actor.Name} gets, twice ({served.Summary}).",
        Confidence = confidence,
        Evidence = [baseline.First.ToEvidence($"control: {baseline.Ask.Actor.Name}"), served.ToEvidence()],
        Replay = CurlLine.Of(served.Ask, context.Request),
    };
}
