using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Client;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>MTLS-207: whether a connection or a ticket is served on after the client's certificate has expired.</summary>
/// <remarks>Slow by nature, and so an intrusive probe (CONTRACTS.md, "Modes belong to the probe"): the certificate has to expire.</remarks>
/// <param name="lifetime">How long the certificate lives.</param>
internal sealed class ExpiryOnLiveConnection(TimeSpan lifetime) : Check
{
    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(3);

    // Certificates end with a second, and clocks differ a little.
    private static readonly TimeSpan s_beyond = TimeSpan.FromSeconds(2);

    /// <summary>The check with a certificate of 20 seconds.</summary>
    public ExpiryOnLiveConnection()
        : this(TimeSpan.FromSeconds(20))
    {
    }

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-207",
        Title = "An expired certificate is served on over a live connection or by ticket",
        Category = Category.MutualTls,
        Severity = Severity.Medium,
        Mode = ScanMode.Intrusive,
        Standards = new() { Cwe = [613], OwaspApi = ["API2:2023"], Asvs = ["12.3.5"] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested, Need.CertificateMatters, Need.ClientCaKey],
        Why = "A certificate is judged when the handshake is made. A connection that is kept open, or a session that is resumed, outlives that judgement; where certificates are made to live for minutes, their expiry is the revocation.",
        Impact = "A client whose certificate has ended goes on calling the API for as long as it keeps a connection or a ticket.",
        How = "A copy of the valid identity that ends within seconds is made under the client CA. Connections of HTTP/1.1 and HTTP/2 are opened and used with it, its end is waited for, a full handshake must then be refused; the open connections and the tickets are asked again.",
        Sources = ["RFC 5280, section 4.1.2.5", "RFC 8446, section 4.6.1"],
        Remedies = LimitResumption.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Forge?.Value.MintShortLived(lifetime) is not { } minted)
        {
            return CheckResult.NotTested("no short-lived copy of the identity can be made under the client CA", "an identity of the lowest role, --client-ca FILE --client-ca-key FILE");
        }

        long start = context.Time.GetTimestamp();
        Ask ask = context.H(await context.ShowingAsync(minted, cancellationToken).ConfigureAwait(false), "short-lived certificate");
        List<LiveConnection> open = [];
        try
        {
            foreach (HttpFlavor http in context.Survey.Http2 ? (HttpFlavor[])[HttpFlavor.Http1, HttpFlavor.Http2] : [HttpFlavor.Http1])
            {
                open.Add(await context.Transport.ConnectAsync(ask with { Http = http }, cancellationToken).ConfigureAwait(false));
                Exchange before = await open[^1].SendAsync(ask with { Http = http }, cancellationToken).ConfigureAwait(false);
                if (context.Oracle.Classify(before) is not Verdict.Accepted)
                {
                    return CheckResult.NotTested($"the short-lived certificate is not served while it is valid: {before.Summary}");
                }
            }

            for (TimeSpan left; (left = lifetime + s_beyond - context.Time.GetElapsedTime(start)) > TimeSpan.Zero;)
            {
                await Task.Delay(left < s_keepAlive ? left : s_keepAlive, context.Time, cancellationToken).ConfigureAwait(false);
                if (context.Time.GetElapsedTime(start) < lifetime)
                {
                    // Servers close what stands idle, and that would say nothing of the certificate.
                    foreach (LiveConnection live in open.Where(l => l.CanSend))
                    {
                        _ = await live.SendAsync(ask with { Http = live.Opened.Ask.Http }, cancellationToken).ConfigureAwait(false);
                    }
                }
            }

            return await AfterwardsAsync(context, ask, open, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (LiveConnection live in open)
            {
                await live.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task<CheckResult> AfterwardsAsync(CheckContext context, Ask ask, List<LiveConnection> open, CancellationToken cancellationToken)
    {
        Exchange full = await context.Transport.ExchangeAsync(ask with { Title = "expired certificate, full handshake" }, cancellationToken).ConfigureAwait(false);
        if (VerdictRules.Refused(full) is null)
        {
            return CheckResult.NotTested($"a full handshake with the expired certificate is not refused ({full.Summary}): its clock differs, or it does not look at the expiry (MTLS-104)");
        }

        List<(string Shape, Exchange Exchange)> tries = [];
        foreach (LiveConnection live in open)
        {
            Exchange exchange = await live.SendAsync(ask with { Http = live.Opened.Ask.Http, Title = "expired certificate, live connection" }, cancellationToken).ConfigureAwait(false);
            tries.Add((live.Opened.Ask.Http == HttpFlavor.Http2 ? "over the open HTTP/2 connection" : "over the open HTTP/1.1 connection", exchange));
        }

        if (open[0].Tickets.FirstOrDefault(t => t.Kind != SessionTicketKind.SessionId) is { } ticket)
        {
            Ask resumption = ask with { Title = "expired certificate, by ticket", Version = ticket.Version, Script = script => script with { Resume = ticket } };
            tries.Add(("by ticket", await context.Transport.ExchangeAsync(resumption, cancellationToken).ConfigureAwait(false)));
        }

        // A server that had announced the end of every connection, and gave no ticket, was asked nothing.
        if (tries.TrueForAll(one => one.Exchange.NotSent is not null))
        {
            return CheckResult.NotTested("the server keeps no connection open and gave no ticket: nothing outlives the handshake to be asked");
        }

        ImmutableArray<(string Shape, Exchange Exchange)> served = [.. tries.Where(t => context.Oracle.Classify(t.Exchange) is Verdict.Accepted)];
        Outcome outcome = served.IsEmpty
            ? tries.FirstOrDefault(t => VerdictRules.Refused(t.Exchange) is null && t.Exchange.NotSent is null && t.Exchange.Opening is not Opening.Alerted) is { Exchange: { } doubt } odd
                ? new Outcome.NotTested($"{odd.Shape}: {doubt.Summary}")
                : new Outcome.Passed()
            : !await context.Oracle.ControlStillHoldsAsync(cancellationToken).ConfigureAwait(false)
                ? new Outcome.NotTested("the expired certificate was served, but the control request no longer succeeded after it")
                : new Outcome.Failed(new()
                {
                    Expected = "When a certificate ends, so do its connections and sessions.",
                    Observed = $"After its end the certificate is refused in a full handshake ({full.Summary}) and served on {string.Join(", ", served.Select(s => s.Shape))}.",
                    Confidence = Confidence.Firm,
                    Evidence = [full.ToEvidence(), .. served.Select(s => s.Exchange.ToEvidence(s.Shape))],
                });
        return new() { Probes = [new(outcome) { Operation = context.Survey.ProtectedOperation?.Name, Identity = ask.Actor.Name }] };
    }
}
