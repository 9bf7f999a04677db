using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Sessions;

/// <summary>CSRF-002: whether the token against forgery is one that an attacker can have.</summary>
internal sealed class ForgedFormToken : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "CSRF-002",
        Title = "The token against forgery proves nothing",
        Category = Category.Sessions,
        Severity = Severity.High,
        Variants =
        [
            new("missing", "A request without the token is served", Severity.High),
            new("empty", "An empty token is served", Severity.High),
            new("other-session", "The token of another session is served", Severity.High),
            new("other-user", "The token of another user is served", Severity.High),
            new("fixed-pair", "A cookie and a header of the attacker's own choice are served", Severity.High),
        ],
        Standards = new() { Cwe = [352], OwaspApi = ["API8:2023"], PciDss = ["6.2.4"], Asvs = ["3.5.1"] },
        Mode = ScanMode.Active,
        Needs = [Need.Caller, Need.Operations],
        Why = "A token in the form proves that the request comes from the site's own page only if another site cannot have one. A token that may be left out, that is good for any session, or that is compared only with a cookie that "
            + "the attacker can set from a sibling domain, proves nothing.",
        Impact = "An attacker with an account of their own puts their own token into a form on their page and acts as whoever opens it.",
        How = "Where pages, cookies or answers hand out such a token, a value of the identity's own is changed without Origin and Sec-Fetch-Site, for which the token is the only proof: as a control with the right token, then without it, with an empty one, with "
            + "the token of a second session and of a second user, and with a cookie and header of our own. Only a value that the owner reads back is a finding. Everything is restored.",
        Sources = ["CWE-352", "OWASP CSRF Prevention Cheat Sheet (signed double-submit)"],
        Remedies =
        [
            .. RefuseCrossSite.All.Where(static remedy => remedy.Stack is not (ServerStack.AspNetCore or ServerStack.Node)),
            new(
                ServerStack.AspNetCore,
                "Ask for the token before every route that writes: UseAntiforgery looks only at handlers that bind [FromForm], not at those that read the form themselves, nor at JSON. Pages get the token from IAntiforgery.GetAndStoreTokens, after the login.",
                """
                services.AddAntiforgery();
                app.UseAntiforgery();
                """,
                """
                services.AddAntiforgery(options => options.HeaderName = "X-CSRF-TOKEN");
                app.Use(async (context, next) =>   // after UseAuthentication
                {
                    IAntiforgery antiforgery = context.RequestServices.GetRequiredService<IAntiforgery>();
                    if (context.User.Identity?.IsAuthenticated == true && !await antiforgery.IsRequestValidAsync(context))
                    {
                        context.Response.StatusCode = StatusCodes.Status400BadRequest;
                        return;
                    }

                    await next(context);
                });
                """),
            new(
                ServerStack.Node,
                "An HMAC over the session's id, compared before every route that writes.",
                "const tokenOf = req => crypto.randomBytes(32).toString('hex')",
                """
                const tokenOf = req => crypto.createHmac('sha256', csrfKey).update(req.sessionID).digest('hex')
                app.use((req, res, next) => {
                  if (['GET', 'HEAD', 'OPTIONS'].includes(req.method) || !req.session.user) return next()
                  const [sent, right] = [String(req.get('x-csrf-token') ?? req.body?.csrf_token ?? ''), tokenOf(req)].map(text => crypto.createHash('sha256').update(text).digest())
                  return crypto.timingSafeEqual(sent, right) ? next() : res.sendStatus(403)
                })
                """),
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

        (ChangeSite? site, Attempt? control, string? why) = await ChangeSites.FindAsync(context, browser, ["POST"], cancellationToken).ConfigureAwait(false);
        if (site is null || control is null)
        {
            return CheckResult.NotTested($"no change of {browser.Identity.Name}'s own could be made by POST: {why}", $"identities.{browser.Identity.Name}.values");
        }

        browser = site.Browser;
        if (site.Token is not { } token)
        {
            return CheckResult.NotApplicable("no page, cookie or answer hands out a token against forgery; CSRF-001 looks at the change itself");
        }

        string canary = site.Canary();
        Attempt silent = await site.TryAsync(context, Silent(site.Asked(browser.Full, canary, "control: no Origin, right token", site.Kind, [], token.Value)), canary, cancellationToken).ConfigureAwait(false);
        if (!silent.Changed)
        {
            // Whoever says nothing of the origin is refused, whatever the token: another site cannot make a browser lie about it.
            return await EndAsync(context, site, [new(silent.Doubt is { } doubt ? new Outcome.NotTested(doubt) : new Outcome.Passed()) { Variant = "missing", Operation = site.Operation.Name, Identity = browser.Identity.Name }], cancellationToken)
                .ConfigureAwait(false);
        }

        List<ProbeResult> probes = [];
        await foreach (Forgery forgery in ForgeriesAsync(context, browser, site, token, cancellationToken).ConfigureAwait(false))
        {
            ProbeResult probe = await ProbeAsync(context, browser, site, silent, forgery, cancellationToken).ConfigureAwait(false);
            probes.Add(context.Keep(probe));
            if (probe.Outcome is Outcome.Failed)
            {
                // What needs no token takes every token: one cause.
                break;
            }
        }

        return await EndAsync(context, site, [.. probes], cancellationToken).ConfigureAwait(false);
    }

    // The token is the only proof where nothing says from which page the request comes.
    private static Ask Silent(Ask ask) => ask with { Anonymous = true };

    private static async Task<ProbeResult> ProbeAsync(CheckContext context, Browser browser, ChangeSite site, Attempt control, Forgery forgery, CancellationToken cancellationToken)
    {
        ProbeResult Of(Outcome outcome) => new(outcome) { Variant = forgery.Variant, Operation = site.Operation.Name, Identity = browser.Identity.Name };
        if (forgery.Why is { } why)
        {
            return Of(why);
        }

        string canary = site.Canary();
        Ask ask = Silent(site.Asked(forgery.Actor ?? browser.Full, canary, forgery.Title, site.Kind, [], forgery.Token));
        Attempt attempt = await site.TryAsync(context, ask, canary, cancellationToken).ConfigureAwait(false);
        return Of(attempt switch
        {
            { Changed: true } => new Outcome.Failed(new Flaw
            {
                Expected = "Only a token that was made for this session is taken.",
                Observed = $"With {forgery.Title} the change of {site.Field} was made: its owner read it back.",
                Confidence = Confidence.Confirmed,
                Evidence = [control.Wrote.ToEvidence(), control.Read.ToEvidence(), attempt.Wrote.ToEvidence(), attempt.Read.ToEvidence()],
                Cause = forgery.Token is null ? Causes.CrossSiteWrite : null,
            }),
            { Doubt: { } doubt } => new Outcome.NotTested(doubt),
            _ => new Outcome.Passed(),
        });
    }

    private static async Task<CheckResult> EndAsync(CheckContext context, ChangeSite site, ImmutableArray<ProbeResult> probes, CancellationToken cancellationToken)
    {
        Attempt after = await site.ControlAsync(context, "control, after", cancellationToken).ConfigureAwait(false);
        await context.Writes.UndoAsync(site.Undo, cancellationToken).ConfigureAwait(false);
        return new()
        {
            Probes = after.Changed
                ? probes
                : [.. probes.Select(probe => probe.Outcome is Outcome.Passed ? probe with { Outcome = new Outcome.NotTested($"the right client's change no longer succeeded after it: {after.Wrote.Summary}") } : probe)],
        };
    }

    private static async IAsyncEnumerable<Forgery> ForgeriesAsync(
        CheckContext context, Browser browser, ChangeSite site, AntiForgery token, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new("missing", "no token", null);
        yield return new("empty", "an empty token", "");
        yield return await OfAnotherAsync(context, site, token, "other-session", "the token of another session of the same user", browser.Identity, cancellationToken).ConfigureAwait(false);
        Identity? other = context.Api.Identities.FirstOrDefault(one => one.Name != browser.Identity.Name && one.Role == browser.Identity.Role && Browser.HasSession(one));
        yield return other is not null
            ? await OfAnotherAsync(context, site, token, "other-user", $"the token of {other.Name}", other, cancellationToken).ConfigureAwait(false)
            : new("other-user", "", "", Why: new Outcome.NotTested("no second user with a session was given") { Needs = ["identities.NAME.login of a second user"] });
        if (token.Cookie is { } cookie && !browser.Cookies.IsEmpty)
        {
            string own = CanaryText.Random();
            Browser planted = Browser.Of(browser.Identity, [.. browser.Cookies.Select(one => one.Name == cookie ? one with { Value = own } : one)], null);
            yield return new("fixed-pair", $"a cookie {cookie} and a header of our own", own, planted.Full);
        }
    }

    private static async Task<Forgery> OfAnotherAsync(CheckContext context, ChangeSite site, AntiForgery token, string variant, string title, Identity identity, CancellationToken cancellationToken)
    {
        if (identity.Login is null)
        {
            return new(variant, "", "", Why: new Outcome.NotTested($"a second session of {identity.Name} needs its login") { Needs = [$"identities.{identity.Name}.login"] });
        }

        (Browser? browser, Outcome.NotTested? why) = await Browser.OpenAsync(context, identity, cancellationToken).ConfigureAwait(false);
        if (browser is null)
        {
            return new(variant, "", "", Why: why);
        }

        Operation? read = context.Api.Operations.FirstOrDefault(one => one.Method == "GET" && one.PathTemplate == site.Operation.PathTemplate);
        RawHttpRequest request = (read is null ? null : context.Api.RequestFor(read, identity)) ?? site.Read.Request!; // a site has a read
        Exchange page = await context.Transport.ExchangeAsync(site.Read with { Title = $"the page of {identity.Name}", Actor = browser.Full, Request = request, Pooled = false }, cancellationToken).ConfigureAwait(false);
        HtmlForm? form = page.Answer is null || token.Field is null ? null : HtmlForm.In(Oracle.AnswerShape.Text(page.Answer)).FirstOrDefault(one => one.Hidden.Contains(token.Field));
        AntiForgery? theirs = page.Answer is null ? null : AntiForgery.In(page.Answer, browser.After(page.Answer, context.Time.GetUtcNow()).Cookies, form) ?? browser.FromLogin;
        // The same token for everybody is another's too.
        return theirs is null ? new(variant, "", "", Why: new Outcome.NotTested($"{title} could not be had: {page.Summary}")) : new(variant, title, theirs.Value);
    }

    private sealed record Forgery(string Variant, string Title, string? Token, Actor? Actor = null, Outcome.NotTested? Why = null);
}
