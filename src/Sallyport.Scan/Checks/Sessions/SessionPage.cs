using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Sessions;

/// <summary>A read that a session decides about: served with its cookie, refused without.</summary>
/// <param name="Operation">The read.</param>
/// <param name="Baseline">What the session gets.</param>
/// <param name="Without">How a client with the same certificate and no cookie is refused.</param>
internal sealed record SessionPage(Operation Operation, Baseline Baseline, Verdict.Rejected Without)
{
    private const int MaxReads = 10;

    /// <summary>Finds one.</summary>
    /// <param name="context">The target.</param>
    /// <param name="browser">The session.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<(SessionPage? Page, string? Why)> FindAsync(CheckContext context, Browser browser, CancellationToken cancellationToken)
    {
        string? why = null;
        foreach (Operation read in context.Api.Operations.Where(one => one.Method == "GET")
            .OrderBy(one => one.Security.Any(way => way.Schemes.Any(scheme => scheme is { Kind: SecuritySchemeKind.ApiKey, In: "cookie" })) ? 0 : one.Name == context.Survey.ProtectedOperation?.Name ? 1 : one.HasSecurity ? 2 : 3)
            .Take(MaxReads))
        {
            if (context.Api.AskFor(read, browser.Identity, browser.Full) is not { } ask)
            {
                continue;
            }

            BaselineResult result = await context.Oracle.LearnAsync(ask, cancellationToken).ConfigureAwait(false);
            if (result is not BaselineResult.Learned { Baseline: var baseline })
            {
                why ??= (result as BaselineResult.Failed)?.Reason;
                continue;
            }

            Ask bare = ask with { Title = "without a cookie", Actor = Actor.Of(browser.Identity).WithoutApplication() };
            if (await context.Oracle.JudgeAgainstAsync(bare, baseline, cancellationToken).ConfigureAwait(false) is Verdict.Rejected without)
            {
                return (new(read, baseline, without), null);
            }
        }

        return (null, why is null ? "no read was found that is served with the session's cookie and refused without it" : $"no read was found that the session decides about: {why}");
    }

    /// <summary>How this read treats other cookies.</summary>
    /// <param name="context">The target.</param>
    /// <param name="identity">Whose certificate is shown.</param>
    /// <param name="title">What evidence calls it.</param>
    /// <param name="cookie">The cookie.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public Task<Verdict> JudgeAsync(CheckContext context, Identity identity, string title, SetCookie cookie, CancellationToken cancellationToken) => context.Oracle.JudgeAgainstAsync(
        Baseline.Ask with { Title = title, Reusable = false, Actor = Actor.Of(identity).WithHeaders(title, [new("cookie", new Secret($"{cookie.Name}={cookie.Value}"))]) }, Baseline, cancellationToken);

    /// <summary>The identity whose login makes sessions; <c>null</c> with what to give.</summary>
    /// <param name="context">The target.</param>
    public static Identity? Owner(CheckContext context) => context.Api.Identities.FirstOrDefault(one => one.Login is { TokenMember: null, Origin: null });

    /// <summary>The answer of a check without such an identity.</summary>
    /// <param name="context">The target.</param>
    public static CheckResult Missing(CheckContext context) => context.Api.Identities.Any(Browser.HasSession)
        ? CheckResult.NotTested("a cookie was given, but no login: no session can be begun and ended", "identities.NAME.login (without a token) instead of cookie")
        : CheckResult.NotTested("no login that sets a cookie was given", "identities.NAME.login without a token");
}
