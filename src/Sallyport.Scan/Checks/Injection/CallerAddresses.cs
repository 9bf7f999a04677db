using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Injection;

/// <summary>SSRF-001: whether the server calls an address that a caller gives.</summary>
internal sealed partial class CallerAddresses : InjectionCheck
{
    /// <summary>After the last answer: queues and webhooks call later than they answer.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "SSRF-001",
        Title = "The server calls addresses that a caller gives",
        Category = Category.Ssrf,
        Severity = Severity.High,
        Standards = new() { Cwe = [918], OwaspApi = ["API7:2023"], PciDss = ["6.2.4"], Asvs = ["1.3.6", "13.2.4"] },
        Needs = [Need.Caller, Need.Operations, Need.Callback],
        Why = "A server stands where its callers do not: behind the firewall, beside the database, at the cloud's metadata service. When it fetches what a caller names, the caller stands there too.",
        Impact = "Services inside answer to somebody outside; their addresses and ports are mapped, and sometimes their credentials are read.",
        How = "Every parameter that could hold an address, several headers and, in active mode, the members of bodies get an address of our own listener, each its own; with a zone of ours, a name too. A call that arrives there is a finding, a question for the name alone a suspicion.",
        Sources = ["CWE-918", "OWASP API7:2023"],
        Remedies = CheckInput.Addresses,
    };

    /// <inheritdoc/>
    protected override int MaxPlaces => 40;

    /// <inheritdoc/>
    protected override Regex Preferred => Names();

    /// <inheritdoc/>
    protected override bool IsTried(InjectionPoint point) => !point.IsNumber && (point.Schema?.Format is "uri" or "url" or "iri" || Names().IsMatch(point.Name) || point.Value.Contains("://", StringComparison.Ordinal));

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        CheckResult places = await base.RunAsync(context, cancellationToken).ConfigureAwait(false);
        ImmutableArray<ProbeResult> headers = await HeadersAsync(context, cancellationToken).ConfigureAwait(false);
        return places with { Probes = [.. places.Probes.Where(probe => headers.IsEmpty || probe.Outcome is not Outcome.NotApplicable), .. headers] };
    }

    /// <inheritdoc/>
    protected override async Task<IReadOnlyCollection<ProbeResult>> TryAsync(CheckContext context, InjectionPoint point, CancellationToken cancellationToken)
    {
        if (context.Callback is not { } listener)
        {
            return [new(new Outcome.NotTested("there is no listener that the target can reach") { Needs = ["--callback URL"] })];
        }

        CallbackUrl url = listener.Mint($"{point.Place} of {point.Operation.Name}");
        (Exchange exchange, HttpAnswer? answer, _) = await SendAsync(context, point, point.With(url.Url, "an address of ours"), cancellationToken).ConfigureAwait(false);
        CallbackHit? hit = await HitAsync(context, listener, url, cancellationToken).ConfigureAwait(false);
        if (hit is not null || answer is null || listener.MintNamed($"{point.Place} of {point.Operation.Name}, by name") is not { } named)
        {
            return [new(Judge(hit, answer, exchange, point.Place, context))];
        }

        // Lists that refuse addresses let names pass, and firewalls that stop calls let questions for names pass.
        (exchange, answer, _) = await SendAsync(context, point, point.With(named.Url, "a name of ours"), cancellationToken).ConfigureAwait(false);
        hit = await HitAsync(context, listener, named, cancellationToken).ConfigureAwait(false);
        return [new(Judge(hit, answer, exchange, point.Place, context, hit is null ? listener.LookedUp(named) : null))];
    }

    private static Outcome Judge(CallbackHit? hit, HttpAnswer? answer, Exchange exchange, string place, CheckContext context, CallbackHit? lookedUp = null) => (hit ?? lookedUp, answer) switch
    {
        ({ } seen, _) => new Outcome.Failed(new Flaw
        {
            Expected = "An address that a caller gives is not called, unless its host is on a list.",
            Observed = hit is null ? $"{place}: the server asked for the address of a name that only our name server knows, and did not call it." : $"{place}: the server called our listener.",
            // A server that looks an address up to refuse it does the same.
            Confidence = hit is null ? Confidence.Suspect : Confidence.Confirmed,
            Evidence = [exchange.ToEvidence(), seen.ToEvidence()],
            Replay = CurlLine.Of(exchange.Ask, context.Request),
        }),
        (null, null) => new Outcome.NotTested($"{place}: {exchange.Summary}"),
        _ => new Outcome.Passed(),
    };

    private static async Task<CallbackHit?> HitAsync(CheckContext context, ICallbackListener listener, CallbackUrl url, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(s_patience, context.Time);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await listener.WaitAsync(url, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task<ImmutableArray<ProbeResult>> HeadersAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Callback is not { } listener || context.Survey is not { Control: { } control, ProtectedOperation: { } operation })
        {
            return [];
        }

        RawHttpRequest request = control.Ask.Request ?? context.ProtectedRequest;
        ImmutableArray<(string Name, CallbackUrl Url)> sent = [.. new[] { "Referer", "X-Wap-Profile", "X-Callback-Url", "X-Forwarded-Host", "Base-Url", "X-Original-Host" }.Select(name => (name, listener.Mint($"{name} header")))];
        Ask ask = control.Ask with
        {
            Title = "headers with addresses of ours",
            Request = request with { Headers = [.. request.Headers, .. sent.Select(one => new HttpHeader(one.Name, one.Name.EndsWith("Host", StringComparison.Ordinal) ? new Uri(one.Url.Url).Authority : one.Url.Url))] },
            Pooled = true,
            Reusable = false,
        };
        Exchange exchange = await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
        CallbackHit?[] hits = await Task.WhenAll(sent.Select(one => HitAsync(context, listener, one.Url, cancellationToken))).ConfigureAwait(false);
        return [.. sent.Select((one, i) => context.Keep(new ProbeResult(Judge(hits[i], exchange.Answer, exchange, $"{one.Name} (header)", context)) { Operation = operation.Name, Identity = control.Ask.Actor.Name }))];
    }

    [GeneratedRegex("url|uri|link|href|callback|webhook|redirect|return|next|continue|dest|target|image|img|avatar|logo|icon|feed|host|endpoint|source|src|fetch|proxy|domain|site|reference|ref$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Names();
}
