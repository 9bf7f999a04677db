using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Checks.Server;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Application;

/// <summary>MTLS-305: whether protected data is served without TLS.</summary>
internal sealed class ProtectedPlaintext : Check
{
    private static readonly ImmutableArray<HttpHeader> s_upgrade =
        [new("Connection", "Upgrade, HTTP2-Settings"), new("Upgrade", "h2c"), new("HTTP2-Settings", "AAMAAABkAAQAoAAAAAIAAAAA")];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-305",
        Title = "Protected data is served without TLS",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Variants =
        [
            new("port", "A plain HTTP port serves the protected operation", Severity.Critical),
            new("h2c", "A plain HTTP/2 upgrade is taken", Severity.High),
        ],
        Standards = new() { Cwe = [319], OwaspApi = ["API2:2023", "API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.2.1"] },
        Needs = [Need.Identity],
        Why = "Behind the TLS port stands a server that speaks plain HTTP, and often it can be reached as well. There no certificate can be asked for. An upgrade to plain "
            + "HTTP/2 that a proxy passes on opens the same door from the front: what follows is no longer looked at.",
        Impact = "The protected operation without any certificate, in clear text.",
        How = "The protected operation is asked without credentials on every plain address that is known (port 80 beside 443, http:// origins and backends); the valid identity's answer "
            + "or marker, twice, is a finding. On the TLS port an upgrade to h2c is offered once: only 101 is a finding.",
        Sources = ["RFC 9113, section 3.1 (h2c is obsolete)", "RFC 9325, section 3.2", "CWE-319"],
        Remedies = ClosePlaintext.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<ProbeResult> probes = [];
        ImmutableArray<Route> plain = PlaintextPort.Routes(context);
        if (plain.IsEmpty)
        {
            probes.Add(new(new Outcome.NotTested("no plain HTTP address is known") { Needs = ["the plain address of the API: --origin http://host:port (origins: in the configuration)"] }) { Variant = "port", Identity = "none" });
        }

        foreach (Route route in plain)
        {
            probes.Add(context.Keep(await PortAsync(context, route, cancellationToken).ConfigureAwait(false)));
        }

        probes.Add(await UpgradeAsync(context, cancellationToken).ConfigureAwait(false));
        return new() { Probes = [.. probes] };
    }

    private static async Task<ProbeResult> PortAsync(CheckContext context, Route route, CancellationToken cancellationToken)
    {
        Ask ask = context.H(Actor.Nobody, "plain HTTP, no credentials") with { Route = route };
        Verdict verdict = await context.Oracle.JudgeAsync(ask, cancellationToken).ConfigureAwait(false);
        Outcome outcome = verdict switch
        {
            Verdict.Accepted accepted => new Outcome.Failed(new Flaw
            {
                Expected = "A closed port, or a redirect to https.",
                Observed = $"The protected operation came over plain HTTP as {context.A.Name} gets it ({accepted.Detail}).",
                Confidence = accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
                Evidence = [accepted.Exchange.ToEvidence()],
                Replay = CurlLine.Of(accepted.Exchange.Ask, context.Request),
                Cause = PlaintextPort.Cause,
            }),
            // The token that would open it is not sent in clear.
            Verdict.Rejected { Status: 401 or 403 } when ApplicationCredentials.Has(context.A) =>
                new Outcome.NotTested($"{route}: {verdict.Detail}, which may be an answer to the missing token only"),
            Verdict.Rejected { Where: Reports.EnforcementPoint.Http } => new Outcome.Passed(),
            { Judged.Opening: Opening.Unreachable { PortClosed: true } } => new Outcome.Passed(),
            { WasAccepted: false, Judged.Status: 301 or 302 or 307 or 308 } when PlaintextPort.LeadsToHttps(verdict.Judged) => new Outcome.Passed(),
            _ => new Outcome.NotTested($"{route}: {verdict.Detail}"),
        };
        return new(outcome) { Variant = "port", Operation = PlaintextPort.OperationAt(context, route), Identity = "none" };
    }

    private static async Task<ProbeResult> UpgradeAsync(CheckContext context, CancellationToken cancellationToken)
    {
        Ask ask = context.H(Actor.Of(context.A), "upgrade to h2c");
        // A request with headers of its own still gets the route's Host.
        ask = ask with { Request = (ask.Request ?? context.ProtectedRequest) with { Headers = s_upgrade } };
        Exchange exchange = await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
        Outcome outcome = exchange.Status switch
        {
            101 => new Outcome.Failed(new Flaw
            {
                Expected = "The upgrade is ignored or refused: h2c has no place on a TLS connection.",
                Observed = "The server answered 101 to an upgrade to h2c within TLS; requests that follow may pass the proxy unseen.",
                Confidence = Confidence.Firm,
                Evidence = [exchange.ToEvidence()],
            }),
            null or 429 or >= 500 => new Outcome.NotTested($"the upgrade was answered with {exchange.Summary}"),
            _ => new Outcome.Passed(),
        };
        return new(outcome) { Variant = "h2c", Operation = context.Survey.ProtectedOperation?.Name };
    }
}
