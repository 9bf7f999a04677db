using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Server;

/// <summary>TLS-022: a plain HTTP port that serves the API. What is protected and served so is MTLS-305.</summary>
internal sealed class PlaintextPort : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-022",
        Title = "A plain HTTP port serves the API",
        Category = Category.Encryption,
        Severity = Severity.High,
        Standards = new() { Cwe = [319], OwaspApi = ["API8:2023"], PciDss = ["4.2.1", "2.2.4"], Asvs = ["12.2.1"] },
        Why = "A second, unencrypted way to the same API undoes the first: clients use it by mistake, and whoever is on the path reads and changes what they send.",
        Impact = "Requests and answers in clear text; mutual TLS is not even asked for.",
        How = "Port 80 of the target's host (when the API is on 443) and every http:// address given as an origin or backend are asked for an operation, without credentials. "
            + "A closed port or a redirect to https is right; an answer like the API's own is a finding.",
        Sources = ["RFC 9325, section 3.2", "RFC 6797, section 7.2"],
        Remedies = ClosePlaintext.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<Route> routes = Routes(context);
        if (routes.IsEmpty)
        {
            return CheckResult.NotTested("no plain HTTP address is known", "the plain address of the API: --origin http://host:port (origins: in the configuration)");
        }

        List<ProbeResult> probes = [];
        foreach (Route route in routes)
        {
            probes.Add(context.Keep(new(await ProbeAsync(context, route, cancellationToken).ConfigureAwait(false)) { Operation = OperationAt(context, route), Identity = "none" }));
        }

        return new() { Probes = [.. probes] };
    }

    /// <summary>The cause that TLS-021, TLS-022 and MTLS-305 share.</summary>
    internal const string Cause = "plaintext";

    /// <summary>Whether an answer is a redirect to https.</summary>
    /// <param name="exchange">The exchange; <c>null</c> for none.</param>
    internal static bool LeadsToHttps(Exchange? exchange) =>
        exchange?.Answer?.Header("Location")?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>What the report calls the operation at a plain address.</summary>
    /// <param name="context">The target.</param>
    /// <param name="route">The plain address.</param>
    internal static string OperationAt(CheckContext context, Route route) => $"{context.ProtectedRequest.Method} {route}";

    /// <summary>The plain addresses of the API that are known.</summary>
    /// <param name="context">The target.</param>
    internal static ImmutableArray<Route> Routes(CheckContext context)
    {
        IEnumerable<Route> named = context.Request.Origins.Concat(context.Request.Backends).Where(place => !place.Tls).Select(Route.To);
        TargetUrl target = context.Request.Target;
        // With another address to connect to, port 80 of the name is some other machine.
        return target.Tls && target.Port == 443 && context.Request.ConnectTo is null ? [context.Route.Plain(80), .. named] : [.. named];
    }

    private static async Task<Outcome> ProbeAsync(CheckContext context, Route route, CancellationToken cancellationToken)
    {
        Ask ask = context.H(Actor.Nobody, "plain HTTP, no credentials") with { Route = route };
        Exchange exchange = await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
        switch (exchange.Opening, exchange.Http)
        {
            case (Opening.Unreachable unreachable, _):
                return unreachable.PortClosed
                    ? new Outcome.Passed()
                    : new Outcome.NotTested($"no connection: {unreachable.Reason}");
            case (_, HttpOutcome.Answered { Answer.Status: 301 or 302 or 307 or 308 }) when LeadsToHttps(exchange):
                return new Outcome.Passed();
            case (_, HttpOutcome.Answered { Answer.Status: 400 or 401 or 403 or 421 or 426 }):
                return new Outcome.Failed(Served(exchange, exchange, Confidence.Suspect, $"the port speaks plain HTTP and answers {exchange.Summary}"));
            // Half an answer shows nothing but a server in trouble.
            case (_, HttpOutcome.Answered { Answer: { Status: >= 200 and < 300, BodyTruncated: false } }):
                break;
            default:
                return new Outcome.NotTested($"the port answered {exchange.Summary}");
        }

        if (context.Oracle.Control is null)
        {
            return new Outcome.Failed(Served(exchange, exchange, Confidence.Suspect, $"the port answers {exchange.Summary}; without a valid identity it cannot be compared"));
        }

        Exchange again = await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
        if (again.Answer is not { Status: >= 200 and < 300, BodyTruncated: false })
        {
            return new Outcome.NotTested($"the port answered {exchange.Summary}, and the same again: {again.Summary}");
        }

        bool holds = await context.Oracle.ControlStillHoldsAsync(cancellationToken).ConfigureAwait(false);
        return holds && context.Oracle.Classify(exchange) is Verdict.Accepted && context.Oracle.Classify(again) is Verdict.Accepted
            ? new Outcome.Failed(Served(exchange, again, Confidence.Firm, "the protected operation was answered over plain HTTP as it is to the right identity"))
            : new Outcome.Failed(Served(exchange, again, Confidence.Suspect, $"the port answers {exchange.Summary}, but not as the API answers the right identity"));
    }

    private static Flaw Served(Exchange first, Exchange second, Confidence confidence, string observed) => new()
    {
        Expected = "a closed port, or a redirect to https",
        Observed = observed,
        Confidence = confidence,
        Cause = confidence == Confidence.Suspect ? null : Cause,
        Evidence = ReferenceEquals(first, second) ? [first.ToEvidence()] : [first.ToEvidence(), second.ToEvidence("the same, again")],
    };
}
