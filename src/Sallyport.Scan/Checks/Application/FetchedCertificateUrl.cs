using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Application;

/// <summary>MTLS-307: whether the server fetches addresses out of a certificate that it is about to refuse.</summary>
internal sealed class FetchedCertificateUrl : Check
{
    /// <summary>How long a fetch may come after the handshake ended, at loopback. It blocks the handshake where it happens at all, so this is generous.</summary>
    private static readonly TimeSpan s_near = TimeSpan.FromSeconds(1);

    /// <summary>The same for every other target: it may resolve a name first, ask through a proxy, or fetch after it has refused; TCP alone asks again only after a second.</summary>
    private static readonly TimeSpan s_far = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-307",
        Title = "The server fetches addresses out of an unknown certificate",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Standards = new() { Cwe = [918, 400], OwaspApi = ["API7:2023"], PciDss = ["6.2.4"], Asvs = ["15.4.4"] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested, Need.Callback],
        Why = "To complete a chain a platform may download the issuer from the address in the certificate (AIA), or ask the CRL and OCSP addresses, before it knows whether the "
            + "certificate can be trusted. Everyone can make such a certificate.",
        Impact = "Without any credential, a client makes the server send requests to addresses of its choice, inside networks too; a slow answer holds a thread for each handshake.",
        How = "Certificates of an unknown CA are shown whose AIA, CRL and OCSP addresses are unique URLs at a listener of the scanner's. Only a request that arrives there is a finding.",
        Sources = ["RFC 5280, section 4.2.2.1", "CWE-918", "dotnet/runtime pull request 125049"],
        Remedies =
        [
            new(null, "Switch the download of issuers, CRLs and OCSP answers off while a client certificate is judged; give the server the intermediates and revocation data it needs."),
            .. VerifyCertificate.All.Where(remedy => remedy.Stack is not null and not ServerStack.AspNetCore),
            .. RequireCertificate.All.Where(remedy => remedy.Stack is ServerStack.AspNetCore),
        ],
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Callback is not { } listener)
        {
            return CheckResult.NotTested("there is no listener that the target can reach", "an address of this machine that the target reaches: --callback URL");
        }

        ImmutableArray<MatrixIdentity> canaries = [.. context.Forged(Info.Id).Where(one => one.CanaryUrl is not null)];
        if (canaries.IsEmpty)
        {
            return CheckResult.NotTested("no certificate with an address could be made");
        }

        ProbeResult[] probes = await Task.WhenAll(canaries.Select(canary => OneAsync(context, listener, canary, cancellationToken))).ConfigureAwait(false);
        return new() { Probes = [.. probes] };
    }

    private static async Task<ProbeResult> OneAsync(CheckContext context, ICallbackListener listener, MatrixIdentity canary, CancellationToken cancellationToken)
    {
        // CanaryUrl was filtered for in RunAsync.
        CallbackUrl url = listener.Below(canary.CanaryUrl!, canary.Description);
        Exchange exchange = await context.Transport.ExchangeAsync(context.H(Actor.Of(context.A).With(canary), canary.Description), cancellationToken).ConfigureAwait(false);
        CallbackHit? hit = await HitAsync(context, listener, url, cancellationToken).ConfigureAwait(false);
        Outcome outcome = (hit, exchange.Opening) switch
        {
            ({ } seen, _) => new Outcome.Failed(new Flaw
            {
                Expected = "A certificate of an unknown CA is refused without a request to any address in it.",
                Observed = $"While it judged the certificate, the server called our listener: {seen.RequestLine}",
                Confidence = Confidence.Confirmed,
                Evidence = [exchange.ToEvidence(), seen.ToEvidence()],
                Cause = "certificate-url-fetched",
            }),
            (null, Opening.Unreachable or Opening.TimedOut or Opening.Malformed or Opening.Unsupported) => new Outcome.NotTested($"the certificate was not judged: {exchange.Summary}"),
            (null, Opening.Alerted { AfterOurAnswer: false } or Opening.Closed { AfterOurAnswer: false }) => new Outcome.NotTested($"the handshake ended before the certificate was shown: {exchange.Summary}"),
            // It may hang in the very fetch that our listener does not see.
            _ when exchange.Http is HttpOutcome.TimedOut => new Outcome.NotTested($"the server was still busy with the certificate when the probe ended: {exchange.Summary}"),
            _ => new Outcome.Passed(),
        };
        return context.Keep(new(outcome) { Identity = canary.Description });
    }

    /// <summary>How long a fetch is waited for.</summary>
    /// <param name="isLoopback">Whether the target is on this machine.</param>
    internal static TimeSpan PatienceFor(bool isLoopback) => isLoopback ? s_near : s_far;

    private static async Task<CallbackHit?> HitAsync(CheckContext context, ICallbackListener listener, CallbackUrl url, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(PatienceFor(context.Survey.IsLoopback), context.Time);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await listener.WaitAsync(url, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
