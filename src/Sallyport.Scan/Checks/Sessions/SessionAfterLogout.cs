using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Sessions;

/// <summary>CSRF-007: whether a session lives on after the logout.</summary>
internal sealed partial class SessionAfterLogout : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "CSRF-007",
        Title = "A session is served after its logout",
        Category = Category.Sessions,
        Severity = Severity.Medium,
        Standards = new() { Cwe = [613], OwaspApi = ["API2:2023"], PciDss = ["8.2.8"], Asvs = ["7.4.1"] },
        Mode = ScanMode.Active,
        Needs = [Need.Caller, Need.Operations],
        Why = "A logout that only takes the cookie out of the browser leaves the session alive at the server: whoever has copied the cookie goes on. Sessions that are signed and not stored cannot be ended at all without a list of ended ones.",
        Impact = "A stolen cookie stays good although its owner has logged out.",
        How = "The identity logs in once more, for this check alone. A read that is served with this session and refused without it is asked, the session is logged out as its page would do it, and the same read is asked with the same cookie again, twice. "
            + "Only this session is ended.",
        Sources = ["CWE-613", "OWASP ASVS 5.0, 7.4.1"],
        Remedies = KeepSessions.Ids,
    };

    /// <inheritdoc/>
    /// <remarks>A server may end all sessions of the account with one.</remarks>
    public override bool RunsAlone => true;

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (SessionPage.Owner(context) is not { } owner)
        {
            return SessionPage.Missing(context);
        }

        if (Logout(context) is not { } logout)
        {
            return context.Request.Excluded.FirstOrDefault(one => Words().IsMatch(one)) is { } excluded
                ? CheckResult.NotTested($"the logout is excluded: {excluded}", "operations.exclude without it: only a session of the scanner's own is ended")
                : CheckResult.NotTested("no operation is known that logs out", "a description with it: spec, or --operation 'POST /logout'");
        }

        (Browser? browser, Outcome.NotTested? none) = await Browser.OpenAsync(context, owner, cancellationToken).ConfigureAwait(false);
        if (browser is null)
        {
            return new() { Probes = [new(none!)] }; // one of the two is given
        }

        (SessionPage? page, string? why) = await SessionPage.FindAsync(context, browser, cancellationToken).ConfigureAwait(false);
        if (page is null)
        {
            return CheckResult.NotTested(why ?? "no read depends on the session", "a description with a read for this session: spec");
        }

        Exchange left = await context.Writes.WriteAsync(LogoutOf(context, logout, browser, page), null, cancellationToken).ConfigureAwait(false);
        Outcome outcome = left.Answer is not { Status: >= 200 and < 400 }
            ? new Outcome.NotTested($"the logout got: {left.Summary}")
            : await context.Oracle.JudgeAgainstAsync(page.Baseline.Ask with { Title = "the same cookie after the logout", Reusable = false }, page.Baseline, cancellationToken).ConfigureAwait(false) switch
            {
                Verdict.Accepted accepted => new Outcome.Failed(new Flaw
                {
                    Expected = "The logout ends the session at the server.",
                    Observed = $"The cookie of the session that was logged out ({left.Summary}) is still served, twice.",
                    Confidence = Confidence.Firm,
                    Evidence = [page.Baseline.First.ToEvidence(), left.ToEvidence(), accepted.Exchange.ToEvidence()],
                }),
                Verdict.Rejected => new Outcome.Passed(),
                { } doubt => new Outcome.NotTested($"after the logout: {doubt.Detail}"),
            };
        return new() { Probes = [new(outcome) { Operation = logout.Name, Identity = owner.Name }] };
    }

    private static Operation? Logout(CheckContext context) => context.Api.Operations
        .Where(one => Words().IsMatch(one.PathTemplate) || (one.Method == "DELETE" && Session().IsMatch(one.PathTemplate)))
        .OrderBy(one => one.Method switch { "POST" => 0, "DELETE" => 1, _ => 2 })
        .FirstOrDefault(one => context.RequestFor(one, null) is not null);

    private static Ask LogoutOf(CheckContext context, Operation logout, Browser browser, SessionPage page)
    {
        RawHttpRequest request = context.RequestFor(logout, browser.Identity) ?? new() { Method = logout.Method, Target = logout.PathTemplate };
        ImmutableArray<HttpHeader> headers = CrossSite.Own(context);
        string text = page.Baseline.Second.Answer is { } answer ? AnswerShape.Text(answer) : "";
        HtmlForm? form = HtmlForm.In(text).FirstOrDefault(one => one.Method == logout.Method && one.Action.EndsWith(logout.PathTemplate, StringComparison.Ordinal));
        browser = page.Baseline.Second.Answer is { } second ? browser.After(second, context.Time.GetUtcNow()) : browser;
        AntiForgery? token = (page.Baseline.Second.Answer is { } shown ? AntiForgery.In(shown, browser.Cookies, form) : null) ?? browser.FromLogin;
        BodyFields fields = new(form?.Fields ?? []);
        (fields, headers) = token?.Put(fields, headers, token.Value) ?? (fields, headers);
        BodyKind kind = form is not null || logout.Body is { IsForm: true } ? BodyKind.Form : BodyKind.Json;
        request = request with { Headers = [.. request.Headers, .. headers] };
        return page.Baseline.Ask with
        {
            Title = "logout",
            Actor = browser.Full,
            Mode = ScanMode.Active,
            Pooled = false,
            Reusable = false,
            Request = logout.Method == "POST" && (kind == BodyKind.Form || logout.Body is not null || !fields.All.IsEmpty) ? fields.On(request, kind) : request,
        };
    }

    [GeneratedRegex(@"log-?(?:out|off)|sign-?(?:out|off)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Words();

    [GeneratedRegex(@"/sessions?(?:/current|/me)?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Session();
}
