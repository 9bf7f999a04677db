using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Proxy;

/// <summary>PROXY-004: addresses, paths and hosts that a client writes into forwarding headers.</summary>
internal sealed class ForwardedHeaders : Check
{
    private static readonly ImmutableArray<HttpHeader> s_addresses =
    [
        new("X-Forwarded-For", "127.0.0.1"), new("X-Real-IP", "127.0.0.1"), new("Forwarded", "for=127.0.0.1;host=localhost;proto=https"), new("X-Forwarded-Host", "localhost"),
        new("X-Client-IP", "127.0.0.1"), new("True-Client-IP", "127.0.0.1"), new("CF-Connecting-IP", "127.0.0.1"), new("X-Originating-IP", "127.0.0.1"),
        new("X-Forwarded-Proto", "https"), new("X-Forwarded-Port", "443"), new("X-Internal", "true"),
    ];

    private static readonly ImmutableArray<string> s_paths = ["X-Original-URL", "X-Rewrite-URL", "X-Original-Path", "X-Forwarded-Uri", "X-Forwarded-Path"];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "PROXY-004",
        Title = "Forwarding headers of a client decide something",
        Category = Category.ProxyTrust,
        Severity = Severity.High,
        Variants =
        [
            new("address", "An address in a header opens what is refused", Severity.High),
            new("path", "A path in a header replaces the one that was checked", Severity.High),
            new("host", "A host in a header gets into links or redirects", Severity.Medium),
        ],
        Standards = new() { Cwe = [348, 441, 807], OwaspApi = ["API5:2023", "API8:2023"], PciDss = ["2.2.1"], Asvs = ["4.1.3"] },
        Needs = [Need.Caller],
        Why = "Forwarding headers say what a proxy saw. Without a list of proxies they say what the client likes: an internal address for a rule that trusts the inside, a path for a framework that routes by it, "
            + "a host for a link that is mailed to somebody.",
        Impact = "Refused operations are opened, and links lead to the attacker's host.",
        How = "Somebody who is refused asks again with each header: an internal address in eleven of them, and, at an address that is allowed, the refused path in five. The right identity's answer, twice, is a finding. "
            + "A host of the scanner's own in X-Forwarded-Host or Forwarded that comes back in Location or in a link of the answer is the lesser one. Rate limits are RL-002's.",
        Sources = ["RFC 7239, section 8.1", "CWE-348", "CWE-441"],
        Remedies = TrustNoHeader.Forwarded,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<ProbeResult> probes = [];
        ImmutableArray<DeniedPair> pairs = await DeniedPair.AllAsync(context, cancellationToken).ConfigureAwait(false);
        foreach (DeniedPair pair in pairs)
        {
            RawHttpRequest request = pair.Baseline.Ask.Request ?? context.ProtectedRequest;
            probes.Add(context.Keep(await FirstAsync(context, pair, "address", s_addresses.Select(header => (header.Name, request with { Headers = [.. request.Headers, header] })), cancellationToken).ConfigureAwait(false)));
            if (pair.Allowed?.Request is { } allowed)
            {
                probes.Add(context.Keep(await FirstAsync(context, pair, "path", s_paths.Select(name => (name, allowed with { Headers = [.. allowed.Headers, new(name, request.Target)] })), cancellationToken).ConfigureAwait(false)));
            }
        }

        foreach (string variant in new[] { "address", "path" }.Where(variant => probes.All(probe => probe.Variant != variant)))
        {
            probes.Add(new(new Outcome.NotTested("nobody was found who is refused by HTTP what another gets") { Needs = ["a second account, or an identity with role: admin and an operation that only it may call"] }) { Variant = variant });
        }

        probes.Add(await HostAsync(context, cancellationToken).ConfigureAwait(false));
        return new() { Probes = [.. probes] };
    }

    private static async Task<ProbeResult> FirstAsync(CheckContext context, DeniedPair pair, string variant, IEnumerable<(string Header, RawHttpRequest Request)> tries, CancellationToken cancellationToken)
    {
        Outcome outcome = new Outcome.Passed();
        foreach ((string header, RawHttpRequest request) in tries)
        {
            Ask ask = pair.Baseline.Ask with { Title = $"{pair.Actor.Name} with {header}", Actor = pair.Actor, Request = request, Reusable = false, Pooled = true };
            Verdict verdict = await context.Oracle.JudgeAgainstAsync(ask, pair.Baseline, cancellationToken).ConfigureAwait(false);
            if (verdict is Verdict.Accepted accepted)
            {
                outcome = new Outcome.Failed(new Flaw
                {
                    Expected = $"{pair.Actor.Name} is refused with the header as without it ({pair.Refused.Detail}).",
                    Observed = $"With {header} it got what {pair.Baseline.Ask.Actor.Name} gets ({accepted.Detail}).",
                    Confidence = accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
                    Evidence = [pair.Baseline.First.ToEvidence(), pair.Refused.Exchange.ToEvidence(), accepted.Exchange.ToEvidence()],
                    Replay = CurlLine.Of(ask, context.Request),
                    Cause = $"forwarding headers are believed: {variant}",
                });
                break;
            }

            // At an allowed address the allowed answer is what a server gives that does not read the header.
            if (verdict is Verdict.Undecided { AcceptedOnce: true } or Verdict.Undecided { Exchange.Status: null or 429 or >= 500 })
            {
                outcome = new Outcome.NotTested($"{header}: {verdict.Detail}");
            }
        }

        return new(outcome) { Operation = pair.Operation.Name, Identity = pair.Actor.Name, Variant = variant };
    }

    private static async Task<ProbeResult> HostAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Survey is not { Control: { } control, ProtectedOperation: { } operation })
        {
            return new(new Outcome.NotTested("there is no control request")) { Variant = "host" };
        }

        Outcome outcome = new Outcome.Passed();
        RawHttpRequest request = control.Ask.Request ?? context.ProtectedRequest;
        string host = $"{context.Api.Fresh()}.example";
        foreach ((string name, ImmutableArray<HttpHeader> headers) in new (string, ImmutableArray<HttpHeader>)[]
        {
            ("X-Forwarded-Host", [new("X-Forwarded-Host", host)]),
            ("Forwarded", [new("Forwarded", $"host={host};proto=https")]),
            ("X-Host", [new("X-Host", host), new("X-Forwarded-Server", host), new("X-HTTP-Host-Override", host)]),
        })
        {
            Exchange exchange = await context.Transport.ExchangeAsync(
                control.Ask with { Title = $"{name} names another host", Request = request with { Headers = [.. request.Headers, .. headers] }, Reusable = false, Pooled = true }, cancellationToken).ConfigureAwait(false);
            if (exchange.Answer is not { } answer)
            {
                outcome = new Outcome.NotTested($"{name}: {exchange.Summary}");
                continue;
            }

            // Within an address only: an answer that repeats its headers (an echo) leads nobody anywhere.
            bool link = new[] { answer.Header("location"), answer.Header("link"), answer.Header("content-location"), AnswerShape.Text(answer) }
                .Any(text => text?.Contains($"://{host}", StringComparison.OrdinalIgnoreCase) == true);
            if (link)
            {
                outcome = new Outcome.Failed(new Flaw
                {
                    Expected = "Links and redirects name the API's own host.",
                    Observed = $"A host in {name} came back within an address.",
                    Confidence = Confidence.Confirmed,
                    Evidence = [exchange.ToEvidence()],
                    Replay = CurlLine.Of(exchange.Ask, context.Request),
                });
                break;
            }
        }

        return new(outcome) { Operation = operation.Name, Variant = "host" };
    }
}
