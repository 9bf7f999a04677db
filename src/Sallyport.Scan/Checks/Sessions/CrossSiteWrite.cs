using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Sessions;

/// <summary>CSRF-001: whether another site's page can change something with what the browser adds by itself.</summary>
internal sealed class CrossSiteWrite : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "CSRF-001",
        Title = "Another site's page can change data with the visitor's credentials",
        Category = Category.Sessions,
        Severity = Severity.High,
        Standards = new() { Cwe = [352], OwaspApi = ["API8:2023", "API2:2023"], PciDss = ["6.2.4"], Asvs = ["3.5.1", "3.5.2"] },
        Mode = ScanMode.Active,
        Needs = [Need.Caller, Need.Operations],
        Why = "A browser adds cookies, Basic passwords and client certificates to every request for a site, whichever page caused it. A form, or a request of the three content types that need no preflight, "
            + "is sent from any page at once. Unless the server looks at Origin or Sec-Fetch-Site, or asks for something that another site cannot know, it cannot tell its own page from a stranger's.",
        Impact = "Whoever gets a logged-in user, or a user with a certificate installed, to open a page acts as that user.",
        How = "The identity first changes a value of its own as its own page would, and reads it back. The same change is then sent with only what a browser adds by itself, from the origin https://evil.example (and from the origin null), "
            + "as text/plain, as a form and as multipart. Only a value that the owner then reads back is a finding. With a certificate alone, it is a suspicion unless pages, cookies or expect.browsers say that browsers use this API. The value is restored. Where the login sets the cookie with SameSite=Lax or Strict, the severity is medium: what is left are pages of the same site, and older browsers.",
        Sources = ["CWE-352", "Fetch Standard, section 4.4 (CORS-safelisted requests)", "W3C Fetch Metadata Request Headers", "OWASP CSRF Prevention Cheat Sheet"],
        Remedies = RefuseCrossSite.All,
    };

    /// <inheritdoc/>
    /// <remarks>Other checks that write the same value would hide what this one wrote.</remarks>
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
            return CheckResult.NotTested($"no change of {browser.Identity.Name}'s own could be made by POST: {why}", "a description with a body that fits: spec", $"identities.{browser.Identity.Name}.values");
        }

        browser = site.Browser;
        string? doubt = null;
        foreach ((BodyKind kind, string origin) in Ways(site.Kind))
        {
            string canary = site.Canary();
            Ask attack = site.Asked(browser.Ambient, canary, $"{kind} from {origin}", kind, CrossSite.Form(origin), token: null);
            Attempt attempt = await site.TryAsync(context, attack, canary, cancellationToken).ConfigureAwait(false);
            if (attempt.Changed)
            {
                await context.Writes.UndoAsync(site.Undo, cancellationToken).ConfigureAwait(false);
                return Found(context, browser, site, control, attempt, kind, origin);
            }

            doubt ??= attempt.Doubt;
        }

        Attempt after = await site.ControlAsync(context, "control, after", cancellationToken).ConfigureAwait(false);
        await context.Writes.UndoAsync(site.Undo, cancellationToken).ConfigureAwait(false);
        Outcome outcome = doubt is not null ? new Outcome.NotTested(doubt)
            : after.Changed ? new Outcome.Passed()
            : new Outcome.NotTested($"the right client's change no longer succeeded after it: {after.Wrote.Summary}");
        return new() { Probes = [new(outcome) { Operation = site.Operation.Name, Identity = browser.Identity.Name }] };
    }

    private static CheckResult Found(CheckContext context, Browser browser, ChangeSite site, Attempt control, Attempt attempt, BodyKind kind, string origin)
    {
        bool real = browser.IsReal(context, attempt.Wrote, attempt.Read, control.Wrote);
        Flaw flaw = new()
        {
            Expected = "A change that another site's page asks for is refused.",
            Observed = $"A {Words(kind)} from {origin} with {(browser.CertificateOnly ? "the client certificate" : "the session")} alone changed {site.Field}: its owner read the new value back"
                + (browser.HeldBack is { } sameSite ? $" (the cookie says SameSite={sameSite}: current browsers send it from pages of sibling hosts, not from other sites)" : "")
                + (real ? "." : "; nothing seen says that browsers use this API (expect.browsers: true makes this a finding)."),
            Confidence = real ? Confidence.Confirmed : Confidence.Suspect,
            Severity = browser.HeldBack is null ? null : Severity.Medium,
            Evidence = [control.Wrote.ToEvidence(), control.Read.ToEvidence(), attempt.Wrote.ToEvidence(), attempt.Read.ToEvidence()],
            Cause = Causes.CrossSiteWrite,
        };
        return new() { Probes = [new(new Outcome.Failed(flaw)) { Operation = site.Operation.Name, Identity = browser.Identity.Name }] };
    }

    private static IEnumerable<(BodyKind Kind, string Origin)> Ways(BodyKind natural)
    {
        ImmutableArray<BodyKind> simple = natural is BodyKind.Form or BodyKind.Multipart ? [BodyKind.Form, BodyKind.Multipart, BodyKind.PlainText] : [BodyKind.PlainText, BodyKind.Form, BodyKind.Multipart];
        return [.. simple.Select(kind => (kind, CrossSite.Evil)), (simple[0], "null")];
    }

    private static string Words(BodyKind kind) => kind switch
    {
        BodyKind.PlainText => "request with text/plain",
        BodyKind.Multipart => "multipart form",
        _ => "form",
    };
}
