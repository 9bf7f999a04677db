using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Application;

/// <summary>MTLS-301: whether every protected operation needs a certificate on every way to it.</summary>
internal sealed class RouteMap : Check
{
    /// <summary>Operations asked on every way; with more, the others are asked on the usual way only.</summary>
    private const int MaxOnEveryWay = 20;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-301",
        Title = "Some ways to a protected operation need no certificate",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [288, 306], OwaspApi = ["API2:2023", "API5:2023"], PciDss = ["4.2.1", "7.3.3"], Asvs = ["8.4.2"] },
        Needs = [Need.Tls, Need.Identity, Need.Operations],
        Why = "Mutual TLS is often set per location, per virtual host or per protocol. One route that was forgotten, an older prefix, HTTP/2 beside HTTP/1.1, the bare "
            + "IP address or a second port is enough, and no test of the route that works shows it.",
        Impact = "The operation is called without any certificate, by whoever finds the open way.",
        How = "Every known operation that only reads is asked without a certificate over HTTP/1.1 and HTTP/2, with and without SNI, and at the given origins. An answer like the "
            + "valid identity's, twice, on an operation that is declared protected is a finding; a refusal in the TLS layer counts for all operations of that way.",
        Sources = ["RFC 9110, section 4.3.3", "CVE-2026-53622", "CVE-2026-32305"],
        Remedies = RequireCertificate.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<(Operation Operation, RawHttpRequest? Request)> known =
            [.. context.Request.Operations.Where(operation => operation.IsSafe && !operation.DeclaredPublic).Select(operation => (operation, context.Api.RequestFor(operation, context.A)))];
        List<ProbeResult> probes = [];
        probes.AddRange(known.Where(one => one.Request is null).Select(one => Probe(
            one.Operation,
            new Outcome.NotTested("a parameter of the path has no value") { Needs = [$"a value for each parameter: identities.{context.A.Name}.values"] })));
        ImmutableArray<(Operation, RawHttpRequest)> askable = [.. known.Where(one => one.Request is not null).Select(one => (one.Operation, one.Request!))]; // filtered above
        if (askable.IsEmpty)
        {
            return probes.Count > 0 ? new() { Probes = [.. probes] } : CheckResult.NotApplicable("no known operation only reads and is not declared public");
        }

        List<MatrixCell> cells = [];
        bool first = true;
        foreach (Way way in Way.All(context))
        {
            ImmutableArray<(Operation, RawHttpRequest)> asked = first || askable.Length <= MaxOnEveryWay ? askable : askable[..MaxOnEveryWay];
            first = false;
            foreach ((Operation operation, Outcome outcome, MatrixCell? cell) in await WalkAsync(context, way, asked, cancellationToken).ConfigureAwait(false))
            {
                probes.Add(Probe(operation, outcome));
                cells.AddRange(cell is null ? [] : [cell]);
            }
        }

        return new() { Probes = [.. probes], Matrix = [.. cells.Distinct()] };
    }

    private static ProbeResult Probe(Operation operation, Outcome outcome) => new(outcome) { Operation = operation.Name, Identity = "none" };

    /// <summary>One way, all operations, over one connection without a certificate as long as the server keeps it.</summary>
    private async Task<List<(Operation Operation, Outcome Outcome, MatrixCell? Cell)>> WalkAsync(
        CheckContext context,
        Way way,
        ImmutableArray<(Operation Operation, RawHttpRequest Request)> asked,
        CancellationToken cancellationToken)
    {
        List<(Operation, Outcome, MatrixCell?)> seen = [];
        List<(Operation Operation, Ask Ask, Exchange Exchange)> served = [];
        KeptConnection connection = new(context.Transport);
        await using (connection.ConfigureAwait(false))
        {
            foreach ((Operation operation, RawHttpRequest request) in asked)
            {
                // A single operation is what other rows ask by this way too.
                Ask ask = way.Ask(context, request);
                Exchange exchange = asked.Length == 1
                    ? await context.Transport.ExchangeAsync(ask with { Reusable = true }, cancellationToken).ConfigureAwait(false)
                    : await connection.SendAsync(ask, cancellationToken).ConfigureAwait(false);
                if (exchange.Status is >= 200 and < 300)
                {
                    served.Add((operation, ask, exchange));
                    continue;
                }

                (Verdict verdict, bool leadsNowhere) = await MeantAsync(context, way, ask, context.Oracle.Classify(exchange), cancellationToken).ConfigureAwait(false);
                seen.Add((operation, leadsNowhere ? new Outcome.NotApplicable($"{way.Name}: {verdict.Detail}: this way leads nobody to the operation") : Refused(verdict, way), Cell(operation, verdict, way)));
                if (IsBlindToThePath(context, verdict))
                {
                    // The TLS layer refused before it could know the path: that holds for every operation of this way.
                    seen.AddRange(asked.SkipWhile(one => one.Operation != operation).Skip(1).Select(one => (one.Operation, Refused(verdict, way), (MatrixCell?)Cell(one.Operation, verdict, way))));
                    break;
                }
            }
        }

        // Only now: a server that takes one connection at a time would let no other in while this one is open.
        foreach ((Operation operation, Ask ask, Exchange exchange) in served)
        {
            seen.Add(await ServedAsync(context, way, operation, ask, exchange, cancellationToken).ConfigureAwait(false));
        }

        return seen;
    }

    /// <summary>Whether the refusal came before the server could know the path: in the handshake, or as its late word on a certificate that the handshake asked for.</summary>
    internal static bool IsBlindToThePath(CheckContext context, Verdict verdict) => verdict is Verdict.Rejected rejected && (rejected.Exchange.Opening, rejected.Where) switch
    {
        (Opening.Secured { Session: { CertificateRequest: not null, LaterCertificateRequests.IsEmpty: true, RenegotiationRequested: false } }, EnforcementPoint.Alert) => true,
        (Opening.Secured { Session: { CertificateRequest: not null, LaterCertificateRequests.IsEmpty: true, RenegotiationRequested: false } }, EnforcementPoint.Close) =>
            context.Survey.Authentication is AuthVerdict.Enforced { Where: EnforcementPoint.Close },
        (Opening.Secured or Opening.Plain, _) => false,
        _ => true,
    };

    /// <summary>
    /// The refusal, or doubt when it may mean something else: a lost connection, or an answer that the valid identity gets as well. Where the
    /// valid identity is refused on another way than the usual one, that way leads to no operation at all (a default site that answers 403 to everyone).
    /// </summary>
    private static async Task<(Verdict Verdict, bool LeadsNowhere)> MeantAsync(CheckContext context, Way way, Ask ask, Verdict verdict, CancellationToken cancellationToken)
    {
        if (verdict is Verdict.Rejected { Where: EnforcementPoint.Close } && !SilentRefusals.MayRepeat(ask))
        {
            Exchange again = await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
            return (context.Oracle.Classify(again) is Verdict.Rejected ? verdict : new Verdict.Undecided($"it was closed once, and the same again got: {again.Summary}", again), false);
        }

        if (verdict is not Verdict.Rejected { Where: EnforcementPoint.Http } rejected || VerdictRules.NamesMissingCertificate(rejected))
        {
            return (verdict, false);
        }

        // Over the same way: what A gets elsewhere says nothing of this one.
        Ask right = context.H(Actor.Of(context.A), $"control: {context.A.Name} at {ask.Request?.Target}") with { Request = ask.Request, Route = ask.Route, Http = ask.Http, Reusable = true };
        Exchange served = await context.Transport.ExchangeAsync(right, cancellationToken).ConfigureAwait(false);
        return served.Status is >= 200 and < 300
            ? (verdict, false)
            : (new Verdict.Undecided($"{verdict.Detail}, and {context.A.Name} got: {served.Summary}", rejected.Exchange), !way.IsUsual && context.Oracle.Classify(served) is Verdict.Rejected);
    }

    private static Outcome Refused(Verdict verdict, Way way) => verdict switch
    {
        Verdict.Rejected => new Outcome.Passed(),
        Verdict.Undecided { Exchange.Status: 404 or 405 } => new Outcome.NotTested($"{way.Name}: {verdict.Detail}: the operation is not there"),
        _ => new Outcome.NotTested($"{way.Name}: {verdict.Detail}"),
    };

    private async Task<(Operation Operation, Outcome Outcome, MatrixCell? Cell)> ServedAsync(
        CheckContext context,
        Way way,
        Operation operation,
        Ask ask,
        Exchange served,
        CancellationToken cancellationToken)
    {
        // Asked once a scan, whoever needs it: the application's checks hold others against the same.
        if (await context.Api.BaselineAsync(operation, context.A, cancellationToken).ConfigureAwait(false) is not BaselineResult.Learned { Baseline: var baseline })
        {
            return (operation, new Outcome.NotTested($"{way.Name}: served without a certificate, but what {context.A.Name} gets could not be learned"), null);
        }

        Verdict verdict = await RepeatedAsync(context, ask, served, baseline, cancellationToken).ConfigureAwait(false);
        bool declared = ProtectedOperations.IsDeclared(context.Request, operation);
        // Without a declaration an open operation may be meant so; it is worth a suspicion only where the server refuses others.
        Outcome outcome = verdict switch
        {
            Verdict.Accepted when !declared && context.Survey.Authentication is not AuthVerdict.Enforced => new Outcome.NotApplicable("nothing declares it protected, and nothing else is"),
            Verdict.Accepted accepted => new Outcome.Failed(Flaw(context, way, operation, accepted, baseline, declared)),
            _ => Refused(verdict, way),
        };
        _ = context.Keep(Probe(operation, outcome));
        return (operation, outcome, Cell(operation, verdict, way) with { Expected = verdict is Verdict.Accepted ? (declared ? false : null) : true });
    }

    /// <summary>The judgement of an answer that is there already: accepted only when a fresh connection gets the same and the control still holds.</summary>
    private static async Task<Verdict> RepeatedAsync(CheckContext context, Ask ask, Exchange served, Baseline baseline, CancellationToken cancellationToken)
    {
        Verdict first = context.Oracle.Classify(served, baseline);
        if (first is not Verdict.Accepted)
        {
            return first;
        }

        Exchange again = await context.Transport.ExchangeAsync(ask with { Reusable = false }, cancellationToken).ConfigureAwait(false);
        if (context.Oracle.Classify(again, baseline) is not Verdict.Accepted)
        {
            return new Verdict.Undecided($"it was accepted once, and the same again got: {again.Summary}", again) { AcceptedOnce = true };
        }

        return await context.Oracle.StillHoldsAsync(baseline, cancellationToken).ConfigureAwait(false)
            ? first
            : new Verdict.Undecided($"it was accepted, but the control request of {context.A.Name} no longer succeeded after it", served) { AcceptedOnce = true };
    }

    private static Flaw Flaw(CheckContext context, Way way, Operation operation, Verdict.Accepted accepted, Baseline baseline, bool declared) => new()
    {
        Expected = "A client without a certificate is refused on every way to the operation.",
        Observed = $"{operation.Name} over {way.Name} answers a client without a certificate as it answers {context.A.Name} ({accepted.Detail}).",
        Confidence = !declared ? Confidence.Suspect : accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
        Evidence = [baseline.First.ToEvidence(), accepted.Exchange.ToEvidence($"no certificate, {way.Name}")],
        Replay = CurlLine.Of(accepted.Exchange.Ask, context.Request),
        Cause = Causes.NoCertificateServed,
    };

    private MatrixCell Cell(Operation operation, Verdict verdict, Way way) => new(
        "none",
        operation.Name,
        verdict switch { Verdict.Accepted => "accepted", Verdict.Rejected => "rejected", _ => "undecided" },
        $"{way.Name}: {verdict.Detail}",
        verdict switch { Verdict.Rejected => true, _ => null },
        Info.Id);
}
