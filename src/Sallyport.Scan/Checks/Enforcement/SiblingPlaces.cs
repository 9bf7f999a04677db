using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Enforcement;

/// <summary>MTLS-010: whether the same API answers without a certificate by another way in.</summary>
internal sealed class SiblingPlaces : Check
{
    private const string NoName = "no-sni";
    private const string ByAddress = "ip-literal";
    private const string Origin = "origin";

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-010",
        Title = "Another way in does not ask for the certificate",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Variants =
        [
            new(NoName, "Without a server name in the handshake", Severity.High),
            new(ByAddress, "By the address instead of the name", Severity.High),
            new(Origin, "At another origin of the API", Severity.High),
        ],
        Standards = new() { Cwe = [288], OwaspApi = ["API2:2023", "API9:2023"], PciDss = ["1.4.1", "4.2.1"], Asvs = ["12.3.5"] },
        Needs = [Need.Tls, Need.Identity],
        Why = "Servers choose their settings by the name in the handshake, the Host header and the port. A default server block, a direct port or an old host often has none of the "
            + "client authentication and leads to the same application.",
        Impact = "The protected operation is called without a certificate by a way that the owner has forgotten.",
        How = "The protected operation is asked without a certificate: without a server name, by the IP address, and at each of the given origins. The same answer as the valid identity's, twice, is a "
            + "finding. A refusal counts only where the valid identity is served; a plain port that is closed leads nobody anywhere.",
        Sources = ["RFC 6066, section 3", "CVE-2025-23048", "tlsx issue 564"],
        Remedies = RequireCertificate.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Survey.Authentication is AuthVerdict.NotRequested or AuthVerdict.Optional)
        {
            return CheckResult.NotApplicable("a client without a certificate is served at the target itself");
        }

        List<ProbeResult> probes = [];
        foreach ((string variant, Route route, string who) in Ways(context))
        {
            Outcome outcome = await JudgeAsync(context, route, cancellationToken).ConfigureAwait(false);
            probes.Add(context.Keep(new(outcome) { Variant = variant, Identity = who, Operation = context.Survey.ProtectedOperation?.Name }));
        }

        return new() { Probes = [.. probes] };
    }

    private static IEnumerable<(string Variant, Route Route, string Who)> Ways(CheckContext context)
    {
        Route own = context.Route;
        if (!context.Request.Target.IsAddress)
        {
            yield return (NoName, own.WithServerName(null), "none");
            yield return (ByAddress, own.ByAddress(context.Survey.Address.Address), "none");
        }

        foreach (TargetUrl origin in context.Request.Origins)
        {
            yield return (Origin, Route.To(origin), $"none at {origin}");
        }
    }

    private static async Task<Outcome> JudgeAsync(CheckContext context, Route route, CancellationToken cancellationToken)
    {
        // At a plain origin nobody can show a certificate: without a token of its own it is a stranger who asks.
        Ask ask = context.H(Actor.Of(context.A).WithoutCertificate(), $"no certificate, {route}") with { Route = route, Reusable = true };
        Verdict verdict = await context.Oracle.JudgeAsync(ask, cancellationToken).ConfigureAwait(false);
        if (verdict is Verdict.Accepted accepted)
        {
            return new Outcome.Failed(new Flaw
            {
                Expected = "Every way to the protected operation demands the certificate.",
                Observed = $"By {route} it is served without a certificate ({accepted.Detail}).",
                Confidence = accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
                Evidence = [.. Proofs.Control(context), accepted.Exchange.ToEvidence()],
                Replay = CurlLine.Of(accepted.Exchange.Ask, context.Request),
            });
        }

        if (verdict is Verdict.Undecided doubt)
        {
            return doubt.Exchange?.Opening is Opening.Unreachable unreachable
                // A plain address is named so that it is seen to be closed (TLS-022); one that should serve may be down for a while.
                ? unreachable.PortClosed && !route.Tls
                    ? new Outcome.NotApplicable($"{route}: {unreachable.Reason}: it leads nobody to the operation")
                    : new Outcome.NotTested($"{route}: {unreachable.Reason}")
                : await WhoeverAsync(context, route, doubt.Reason, cancellationToken).ConfigureAwait(false);
        }

        return await WhoeverAsync(context, route, null, cancellationToken).ConfigureAwait(false);
    }

    // A refusal of nobody proves something only where somebody is served.
    private static async Task<Outcome> WhoeverAsync(CheckContext context, Route route, string? doubt, CancellationToken cancellationToken)
    {
        Ask valid = context.H(Actor.Of(context.A), $"{context.A.Name}, {route}") with { Route = route, Reusable = true };
        Verdict verdict = context.Oracle.Classify(await context.Transport.ExchangeAsync(valid, cancellationToken).ConfigureAwait(false));
        if (verdict is Verdict.Rejected)
        {
            // That a way leads nobody anywhere is no accident of one connection.
            verdict = await context.Oracle.JudgeAsync(valid, cancellationToken).ConfigureAwait(false);
        }

        return (doubt, verdict) switch
        {
            (null, Verdict.Accepted) => new Outcome.Passed(),
            (_, Verdict.Rejected) => new Outcome.NotApplicable($"{context.A.Name} is refused by this way as well ({verdict.Detail}): it leads nobody to the operation"),
            (null, _) => new Outcome.NotTested($"whether {context.A.Name} is served by this way is undecided: {verdict.Detail}"),
            _ => new Outcome.NotTested($"without a certificate, {route}: {doubt}"),
        };
    }
}
