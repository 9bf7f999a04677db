using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Sessions;

/// <summary>CSRF-006: whether a session id from before the login is good after it.</summary>
internal sealed partial class FixedSession : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "CSRF-006",
        Title = "A session id from before the login is logged in",
        Category = Category.Sessions,
        Severity = Severity.High,
        Variants =
        [
            new("kept", "The login keeps the id of the session before it", Severity.High),
            new("chosen", "The login takes an id that the client made up", Severity.High),
            new("url", "The session id stands in an address", Severity.High),
        ],
        Standards = new() { Cwe = [384, 598], OwaspApi = ["API2:2023"], PciDss = ["6.2.4", "8.2.1"], Asvs = ["7.2.4", "14.2.1"] },
        Mode = ScanMode.Active,
        Needs = [Need.Caller, Need.Operations],
        Why = "An attacker can often plant a cookie: from a sibling host, over plain HTTP, or by a link. When the login keeps the id that the browser brought, the attacker knows the id of a logged-in session. "
            + "An id in an address ends in histories, logs and Referer headers.",
        Impact = "The attacker is logged in as the victim as soon as the victim logs in.",
        How = "The configured login is made with the session cookie that the server set before it, and with one of our own making. A read that is served with a session and refused without is then asked with exactly that cookie. It was refused before the login: served after it, it is a finding. "
            + "Addresses in the login's answer are searched for the id of the session.",
        Sources = ["CWE-384", "OWASP Session Management Cheat Sheet (renewal after any privilege change)"],
        Remedies = KeepSessions.Ids,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (SessionPage.Owner(context) is not { Login: { } login } owner || context.Transport.LoginsOf(owner) is not { } logins)
        {
            return SessionPage.Missing(context);
        }

        await using (logins.ConfigureAwait(false))
        {
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

            ImmutableArray<SetCookie> sessions = [.. browser.Cookies.Where(cookie => cookie.LooksLikeSession)];
            List<ProbeResult> probes = [];
            if (await AnonymousAsync(context, page, owner, login, sessions, cancellationToken).ConfigureAwait(false) is { } anonymous)
            {
                probes.Add(context.Keep(await ProbeAsync(context, page, logins, owner, "kept", "the id from before the login", anonymous, cancellationToken).ConfigureAwait(false)));
            }

            foreach (SetCookie session in sessions.Take(2))
            {
                SetCookie own = session with { Value = RandomNumberGenerator.GetHexString(Math.Clamp(session.Value.Length, 16, 64), lowercase: true) };
                probes.Add(context.Keep(await ProbeAsync(context, page, logins, owner, "chosen", "an id of our own making", own, cancellationToken).ConfigureAwait(false)));
            }

            probes.Add(new(InAddress(browser, sessions) is { } found ? new Outcome.Failed(found) : new Outcome.Passed()) { Variant = "url", Operation = $"POST {login.Path}", Identity = owner.Name });
            return new() { Probes = [.. probes] };
        }
    }

    /// <summary>The session that a page sets before the login: the login's own address, pages that sound like it, the root.</summary>
    private static async Task<SetCookie?> AnonymousAsync(CheckContext context, SessionPage page, Identity owner, Login login, ImmutableArray<SetCookie> sessions, CancellationToken cancellationToken)
    {
        IEnumerable<string> pages = context.Api.Operations.Where(one => one.Method == "GET" && LoginPage().IsMatch(one.PathTemplate) && !one.PathTemplate.Contains('{')).Select(one => context.Request.Target.Path + one.PathTemplate);
        foreach (string target in pages.Append(login.Path).Append(context.Request.Target.Path + "/").Distinct(StringComparer.Ordinal).Take(4))
        {
            Exchange before = await context.Transport.ExchangeAsync(page.Baseline.Ask with { Title = "a page before the login", Actor = Actor.Of(owner).WithoutApplication(), Request = new() { Target = target }, Reusable = false }, cancellationToken).ConfigureAwait(false);
            if (SetCookie.In(before.Answer, context.Time.GetUtcNow()).FirstOrDefault(cookie => sessions.Any(one => one.Name == cookie.Name) && !cookie.Removes) is { } anonymous)
            {
                before.Redaction.Learn(anonymous.Value);
                return anonymous;
            }
        }

        return null;
    }

    private static async Task<ProbeResult> ProbeAsync(CheckContext context, SessionPage page, LoginTrials logins, Identity owner, string variant, string title, SetCookie cookie, CancellationToken cancellationToken)
    {
        ProbeResult Of(Outcome outcome) => new(outcome) { Variant = variant, Operation = $"POST {owner.Login?.Path}", Identity = owner.Name };
        Verdict before = await page.JudgeAsync(context, owner, $"{title}, before the login", cookie, cancellationToken).ConfigureAwait(false);
        if (before is not Verdict.Rejected)
        {
            return Of(new Outcome.NotTested($"{title} was not refused before the login: {before.Detail}"));
        }

        Exchange? login = await logins.TryAsync(new() { Title = $"login with {title}", Headers = [new("cookie", $"{cookie.Name}={cookie.Value}")] }, cancellationToken).ConfigureAwait(false);
        if (login?.Answer is not { Status: >= 200 and < 400 })
        {
            // Whoever brings a strange id is not let in at all.
            return Of(login is not null && VerdictRules.Refused(login) is not null ? new Outcome.Passed() : new Outcome.NotTested($"the login with {title} got: {login?.Summary}"));
        }

        Verdict after = await page.JudgeAsync(context, owner, $"{title}, after the login", cookie, cancellationToken).ConfigureAwait(false);
        return Of(after switch
        {
            Verdict.Accepted accepted => new Outcome.Failed(new Flaw
            {
                Expected = "Each login begins a session under a new id.",
                Observed = $"The cookie {cookie.Name} with {title} was refused before the login and is served as {owner.Name} after it.",
                Confidence = Confidence.Confirmed,
                Evidence = [.. before.ToEvidence() is { } refused ? (Evidence[])[refused] : [], login.ToEvidence(), accepted.Exchange.ToEvidence()],
            }),
            Verdict.Rejected => new Outcome.Passed(),
            _ => new Outcome.NotTested($"{title}, after the login: {after.Detail}"),
        });
    }

    private static Flaw? InAddress(Browser browser, ImmutableArray<SetCookie> sessions)
    {
        if (browser.Login is not { Answer: { } answer } login)
        {
            return null;
        }

        string text = AnswerShape.Text(answer) + "\n" + answer.Header("location");
        return Address().Matches(text).Any(match => sessions.Any(one => one.Value.Length >= 8 && match.Value.Contains(one.Value, StringComparison.Ordinal)))
            ? new Flaw
            {
                Expected = "The session id stands in the cookie only.",
                Observed = "An address in the login's answer holds the id of the session.",
                Confidence = Confidence.Confirmed,
                Evidence = [login.ToEvidence()],
            }
            : null;
    }

    [GeneratedRegex(@"log-?[io]n|sign-?in|session", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex LoginPage();

    // jsessionid and its like, as a parameter of the path or of the query.
    [GeneratedRegex(@"[;?&][A-Za-z_.]*(?:sess|sid|token)[A-Za-z_.]*=[^\s""'<>&]{8,}", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}
