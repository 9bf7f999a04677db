using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Sessions;

/// <summary>CSRF-003: whether a read, or a form that says it is something else, changes data.</summary>
internal sealed class ChangingRead : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "CSRF-003",
        Title = "A link changes data",
        Category = Category.Sessions,
        Severity = Severity.High,
        Variants =
        [
            new("get", "GET changes data", Severity.High),
            new("head", "HEAD changes data", Severity.High),
            new("override", "A form of another site overrides its method", Severity.High),
        ],
        Standards = new() { Cwe = [352, 650], OwaspApi = ["API8:2023"], PciDss = ["6.2.4"], Asvs = ["3.5.3"] },
        Mode = ScanMode.Active,
        Needs = [Need.Caller, Need.Operations],
        Why = "GET and HEAD are safe by definition: browsers, caches and mail scanners follow links without asking. SameSite=Lax cookies go with a link from any site. Frameworks that take the method from a field or a header let a form do what only PUT or DELETE should, "
            + "without the preflight that those need.",
        Impact = "A link in a mail changes the account of whoever follows it; SameSite does not stop it.",
        How = "The change that the identity can make by POST, PUT or PATCH is sent as a link of another site: GET and HEAD with its fields in the query, and GET with _method; for PUT and PATCH also as a form with _method. "
            + "Only a value that the owner reads back is a finding; a right client's change before and after is the control. Everything is restored.",
        Sources = ["CWE-650", "RFC 9110, section 9.2.1", "RFC 6265bis, section 5.6.7.1 (Lax)"],
        Remedies =
        [
            .. RefuseCrossSite.Reads.Where(static remedy => remedy.Stack is not (ServerStack.AspNetCore or ServerStack.Node)),
            new(
                ServerStack.AspNetCore,
                "One handler for each method, with the fields from the body alone ([HttpPost] on an action of MVC), and no UseHttpMethodOverride.",
                "app.Map(\"/account\", async (HttpRequest request, ClaimsPrincipal user) => Change(user, request.HasJsonContentType() ? await request.ReadFromJsonAsync<Note>() : new Note(request.Query[\"text\"])));",
                """
                app.MapGet("/account", (ClaimsPrincipal user) => Show(user));
                app.MapPost("/account", (Note note, ClaimsPrincipal user) => Change(user, note));
                """),
            new(
                ServerStack.Node,
                "Name the method that changes, let nothing override it, and take the fields from the body alone.",
                "app.all('/account', (req, res) => change(req, res, { ...req.query, ...req.body }))",
                "app.post('/account', (req, res) => change(req, res, req.body))"),
        ],
    };

    /// <inheritdoc/>
    public override bool RunsAlone => true;

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        (Browser? browser, Outcome.NotTested? none) = await Browser.SharedAsync(context, cancellationToken).ConfigureAwait(false);
        if (browser is null)
        {
            return new() { Probes = [new(none!)] }; // one of the two is given
        }

        List<ProbeResult> probes = [];
        string? missing = null;
        foreach (ImmutableArray<string> methods in (ImmutableArray<string>[])[["POST"], ["PUT", "PATCH"]])
        {
            (ChangeSite? site, Attempt? control, string? why) = await ChangeSites.FindAsync(context, browser, methods, cancellationToken).ConfigureAwait(false);
            missing ??= why;
            if (site is not null && control is not null)
            {
                probes.AddRange(await OnAsync(context, site.Browser, site, control, cancellationToken).ConfigureAwait(false));
            }
        }

        return probes.Count > 0 ? new() { Probes = [.. probes] } : CheckResult.NotTested($"no change of {browser.Identity.Name}'s own could be made: {missing}", $"identities.{browser.Identity.Name}.values");
    }

    private static async Task<ImmutableArray<ProbeResult>> OnAsync(CheckContext context, Browser browser, ChangeSite site, Attempt control, CancellationToken cancellationToken)
    {
        List<ProbeResult> probes = [];
        foreach (IGrouping<string, Way> variant in Ways(site).GroupBy(way => way.Variant))
        {
            Outcome? outcome = null;
            foreach (Way way in variant)
            {
                string canary = site.Canary();
                Ask ask = site.Asked(browser.Ambient, canary, way.Title, way.Kind, way.Headers, token: null);
                ask = ask with { Request = way.Change(ask.Request!) }; // a write has a request
                Attempt attempt = await site.TryAsync(context, ask, canary, cancellationToken).ConfigureAwait(false);
                if (attempt.Changed)
                {
                    outcome = new Outcome.Failed(Found(context, browser, site, control, attempt, way));
                    break;
                }

                outcome ??= attempt.Doubt is { } doubt ? new Outcome.NotTested(doubt) : null;
            }

            probes.Add(context.Keep(new(outcome ?? new Outcome.Passed()) { Variant = variant.Key, Operation = site.Operation.Name, Identity = browser.Identity.Name }));
        }

        Attempt after = await site.ControlAsync(context, "control, after", cancellationToken).ConfigureAwait(false);
        await context.Writes.UndoAsync(site.Undo, cancellationToken).ConfigureAwait(false);
        return after.Changed
            ? [.. probes]
            : [.. probes.Select(probe => probe.Outcome is Outcome.Passed ? probe with { Outcome = new Outcome.NotTested($"the right client's change no longer succeeded after it: {after.Wrote.Summary}") } : probe)];
    }

    private static Flaw Found(CheckContext context, Browser browser, ChangeSite site, Attempt control, Attempt attempt, Way way) => new()
    {
        Expected = "GET and HEAD change nothing, and the method of a request is the one in its first line.",
        Observed = $"{way.Title}, from another site with {(browser.CertificateOnly ? "the client certificate" : "the session")} alone, changed {site.Field}: its owner read the new value back.",
        Confidence = browser.IsReal(context, attempt.Wrote, attempt.Read, control.Wrote) ? Confidence.Confirmed : Confidence.Suspect,
        Evidence = [control.Wrote.ToEvidence(), control.Read.ToEvidence(), attempt.Wrote.ToEvidence(), attempt.Read.ToEvidence()],
    };

    private static IEnumerable<Way> Ways(ChangeSite site)
    {
        string method = site.Operation.Method;
        yield return new("get", $"GET {site.Operation.PathTemplate} with the fields in the query", BodyKind.Query, CrossSite.Link, request => request with { Method = "GET" });
        yield return new("get", $"GET with _method={method}", BodyKind.Query, CrossSite.Link, request => request with { Method = "GET", Target = $"{request.Target}&_method={method}" });
        yield return new("head", $"HEAD {site.Operation.PathTemplate} with the fields in the query", BodyKind.Query, CrossSite.Link, request => request with { Method = "HEAD" });
        if (method is "PUT" or "PATCH")
        {
            ImmutableArray<HttpHeader> form = CrossSite.Form(CrossSite.Evil);
            yield return new("override", $"a form with _method={method} in the address", BodyKind.Form, form, request => request with { Method = "POST", Target = $"{request.Target}?_method={method}" });
            yield return new("override", $"a form with the field _method={method}", BodyKind.Form, form, request => new BodyFields(Fields(request)).With("_method", method).On(request with { Method = "POST" }, BodyKind.Form));
            yield return new("override", $"a request with text/plain and _method={method} in the address", BodyKind.PlainText, form, request => request with { Method = "POST", Target = $"{request.Target}?_method={method}" });
        }
    }

    private static ImmutableArray<BodyField> Fields(RawHttpRequest form) =>
        [.. System.Text.Encoding.UTF8.GetString(form.Body.Span).Split('&').Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2).Select(pair => new BodyField(System.Uri.UnescapeDataString(pair[0]), System.Uri.UnescapeDataString(pair[1])))];

    private sealed record Way(string Variant, string Title, BodyKind Kind, ImmutableArray<HttpHeader> Headers, System.Func<RawHttpRequest, RawHttpRequest> Change);
}
