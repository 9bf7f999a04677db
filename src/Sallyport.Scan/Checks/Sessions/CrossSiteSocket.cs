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
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Sessions;

/// <summary>CSRF-008: whether another site's page can open a WebSocket, or read an event stream, with the visitor's credentials.</summary>
internal sealed partial class CrossSiteSocket : Check
{
    private const int MaxOperations = 5;
    private const string Over = "the session is no longer one";

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "CSRF-008",
        Title = "Another site's page can open a WebSocket with the visitor's credentials",
        Category = Category.Sessions,
        Severity = Severity.Medium,
        Variants = [new("websocket", "A WebSocket opens for another origin", Severity.Medium), new("events", "An event stream may be read from another origin", Severity.Medium)],
        Standards = new() { Cwe = [1385], OwaspApi = ["API8:2023"], PciDss = ["6.2.4"], Asvs = ["4.4.2"] },
        Needs = [Need.Caller, Need.Operations],
        Why = "The same-origin policy does not hold for WebSockets: every page may open one to every host, the browser adds cookies and the client certificate, and the page reads what comes. Origin is all that tells the server whose page it is.",
        Impact = "A page of the attacker talks over the socket as its visitor, in both directions.",
        How = "Operations that the description says upgrade (or whose path sounds like it) are asked for an upgrade with what a browser adds by itself, after another login where the session is over: with the right Origin as a control, then with Origin https://evil.example, twice. Two 101 are a finding. "
            + "An event stream is one only where the answer also allows that origin with credentials. With a certificate alone, it is a suspicion unless pages, cookies or expect.browsers say that browsers use this API.",
        Sources = ["RFC 6455, sections 4.2.2 and 10.2", "CWE-1385"],
        Remedies = AllowOrigins.Sockets,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        (Browser? browser, Outcome.NotTested? none) = await Browser.SharedAsync(context, cancellationToken).ConfigureAwait(false);
        if (browser is null)
        {
            return new() { Probes = [new(none!)] }; // one of the two is given
        }

        ImmutableArray<Operation> candidates = [.. context.Api.Operations.Where(one => one.Method == "GET" && (Declared(one) || Name().IsMatch(one.PathTemplate))).OrderBy(one => Declared(one) ? 0 : 1).Take(MaxOperations)];
        if (candidates.IsEmpty)
        {
            return context.Request.HasDescription
                ? CheckResult.NotApplicable("no operation of the description upgrades or streams events")
                : CheckResult.NotTested("no operation is known that upgrades", "--spec FILE, or --operation 'GET /ws'");
        }

        List<ProbeResult> probes = await AllAsync(context, browser, candidates, cancellationToken).ConfigureAwait(false);

        // The session that the rules share may be over: other rules end sessions, each as often as it must.
        if (browser.Login is not null && probes.Any(probe => probe.Outcome is Outcome.NotTested { Reason: var why } && why.StartsWith(Over, StringComparison.Ordinal))
            && (await Browser.OpenAsync(context, browser.Identity, cancellationToken).ConfigureAwait(false)).Browser is { } fresh)
        {
            probes = await AllAsync(context, fresh, candidates, cancellationToken).ConfigureAwait(false);
        }

        // A path that only sounds like it and upgrades for nobody is no socket.
        ImmutableArray<ProbeResult> decided = [.. probes.Where(probe => probe.Outcome is not Outcome.NotApplicable)];
        return new() { Probes = decided.IsEmpty ? [probes[0]] : decided };
    }

    private static async Task<List<ProbeResult>> AllAsync(CheckContext context, Browser browser, ImmutableArray<Operation> candidates, CancellationToken cancellationToken)
    {
        List<ProbeResult> probes = [];
        foreach (Operation operation in candidates)
        {
            probes.Add(context.Keep(await SocketAsync(context, browser, operation, cancellationToken).ConfigureAwait(false)));
            if (operation.Responses.Any(response => response.MediaType == "text/event-stream"))
            {
                probes.Add(context.Keep(await EventsAsync(context, browser, operation, cancellationToken).ConfigureAwait(false)));
            }
        }

        return probes;
    }

    private static bool Declared(Operation operation) => operation.Responses.Any(response => response.Status == "101" || response.MediaType == "text/event-stream");

    private static async Task<ProbeResult> SocketAsync(CheckContext context, Browser browser, Operation operation, CancellationToken cancellationToken)
    {
        ProbeResult Of(Outcome outcome) => new(outcome) { Variant = "websocket", Operation = operation.Name, Identity = browser.Identity.Name };
        if (Upgrade(context, browser, operation, CrossSite.OriginOf(context), "same-origin", "control: right origin") is not { } right
            || Upgrade(context, browser, operation, CrossSite.Evil, "cross-site", $"from {CrossSite.Evil}") is not { } evil)
        {
            return Of(Api.ApiMap.MissingFor(operation, browser.Identity));
        }

        Exchange control = await context.Transport.ExchangeAsync(right, cancellationToken).ConfigureAwait(false);
        if (control.Status != 101)
        {
            return Of(await WithoutAsync(context, browser, right, control, cancellationToken).ConfigureAwait(false));
        }

        Exchange first = await context.Transport.ExchangeAsync(evil, cancellationToken).ConfigureAwait(false);
        if (first.Status != 101)
        {
            return Of(first.Status is >= 300 and < 500 and not (404 or 408 or 429) || first.Http is HttpOutcome.Closed { BytesReceived: 0 } ? new Outcome.Passed() : new Outcome.NotTested($"from {CrossSite.Evil}: {first.Summary}"));
        }

        // What opens for nobody as well is open to all, and no page needs its visitor for it.
        Exchange nobody = await context.Transport.ExchangeAsync(evil with { Title = "nobody", Actor = Actor.Nobody }, cancellationToken).ConfigureAwait(false);
        if (nobody.Status == 101)
        {
            return Of(new Outcome.NotApplicable("the socket opens for nobody as well: it is public"));
        }

        Exchange again = await context.Transport.ExchangeAsync(evil with { Title = $"{evil.Title}, again" }, cancellationToken).ConfigureAwait(false);
        return Of(again.Status == 101 ? new Outcome.Failed(Found(context, browser, "a WebSocket", control, first)) : new Outcome.NotTested($"it opened once, and the same again got: {again.Summary}"));
    }

    private static async Task<Outcome> WithoutAsync(CheckContext context, Browser browser, Ask right, Exchange control, CancellationToken cancellationToken)
    {
        if (browser.Ambient != browser.Full)
        {
            Exchange full = await context.Transport.ExchangeAsync(right with { Title = "control: with all credentials", Actor = browser.Full }, cancellationToken).ConfigureAwait(false);
            if (full.Status == 101)
            {
                // What a browser adds by itself is not enough: no other site can open it.
                return Oracle.VerdictRules.Refused(control) is not null ? new Outcome.Passed() : new Outcome.NotTested($"with the certificate alone: {control.Summary}");
            }
        }

        return IsSentToLogin(control) ? new Outcome.NotTested($"{Over}: {control.Summary}")
            : control.Answer is { Status: not (101 or 408 or 429 or >= 500) }
            ? new Outcome.NotApplicable($"it upgrades for no one: {control.Summary}")
            : new Outcome.NotTested($"an upgrade with the right origin got: {control.Summary}");
    }

    private static async Task<ProbeResult> EventsAsync(CheckContext context, Browser browser, Operation operation, CancellationToken cancellationToken)
    {
        ProbeResult Of(Outcome outcome) => new(outcome) { Variant = "events", Operation = operation.Name, Identity = browser.Identity.Name };
        if (context.Api.AskFor(operation, browser.Identity, browser.Ambient) is not { Request: { } request } ask)
        {
            return Of(Api.ApiMap.MissingFor(operation, browser.Identity));
        }

        Ask From(string origin, string site, string title) => ask with
        {
            Title = title,
            Pooled = false,
            Request = request with { Headers = [.. request.Headers, new("accept", "text/event-stream"), new("origin", origin), new("sec-fetch-site", site), new("sec-fetch-mode", "cors")] },
        };
        Exchange control = await context.Transport.ExchangeAsync(From(CrossSite.OriginOf(context), "same-origin", "control: right origin"), cancellationToken).ConfigureAwait(false);
        if (!Streams(control))
        {
            return Of(IsSentToLogin(control) ? new Outcome.NotTested($"{Over}: {control.Summary}")
                : control.Answer is { Status: < 500 and not (408 or 429) } ? new Outcome.NotApplicable($"it streams nothing to what a browser adds by itself: {control.Summary}") : new Outcome.NotTested($"with the right origin: {control.Summary}"));
        }

        Exchange evil = await context.Transport.ExchangeAsync(From(CrossSite.Evil, "cross-site", $"from {CrossSite.Evil}"), cancellationToken).ConfigureAwait(false);
        bool readable = Streams(evil) && evil.Answer?.Header("access-control-allow-origin") == CrossSite.Evil && evil.Answer.Header("access-control-allow-credentials") == "true";
        return Of(readable ? new Outcome.Failed(Found(context, browser, "the event stream", control, evil))
            : evil.Answer is { Status: < 500 and not (408 or 429) } ? new Outcome.Passed()
            : new Outcome.NotTested($"from {CrossSite.Evil}: {evil.Summary}"));
    }

    // Whoever is sent there is not signed in: what the session opens is not seen.
    private static bool IsSentToLogin(Exchange control) => Oracle.VerdictRules.Refused(control) is { Status: >= 300 and < 400 };

    private static bool Streams(Exchange exchange) => exchange.Answer is { Status: 200 } answer && answer.Header("content-type")?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;

    private static Flaw Found(CheckContext context, Browser browser, string what, Exchange control, Exchange evil) => new()
    {
        Expected = $"For another site's page {what} does not open.",
        Observed = $"With Origin {CrossSite.Evil} and {(browser.CertificateOnly ? "the client certificate" : "the session")} alone, {what} opened as with the right origin.",
        Confidence = browser.IsReal(context, evil, control) ? Confidence.Firm : Confidence.Suspect,
        Evidence = [control.ToEvidence(), evil.ToEvidence()],
    };

    private static Ask? Upgrade(CheckContext context, Browser browser, Operation operation, string origin, string site, string title) =>
        context.Api.AskFor(operation, browser.Identity, browser.Ambient, title) is { Request: { } request } ask
            ? ask with
            {
                Pooled = false,
                Request = request with
                {
                    Headers =
                    [
                        .. request.Headers, new("connection", "Upgrade"), new("upgrade", "websocket"), new("sec-websocket-version", "13"),
                        new("sec-websocket-key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(16))), new("origin", origin), new("sec-fetch-site", site), new("sec-fetch-mode", "websocket"),
                    ],
                },
            }
            : null;

    [GeneratedRegex(@"(?:^|[/_-])(?:ws|wss|socket|websocket|sockets|socket\.io|events?|stream|live|cable|hubs?|signalr|notifications?|subscriptions?|sse)(?:$|[/_-])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
