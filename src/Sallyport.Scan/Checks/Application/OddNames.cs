using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Application;

/// <summary>MTLS-306: whether odd but right certificates break the server or are taken for another's.</summary>
internal sealed class OddNames : Check
{
    private const string LongChain = "ten-intermediates";

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-306",
        Title = "Odd names in a certificate break the server",
        Category = Category.MutualTls,
        Severity = Severity.Medium,
        Standards = new() { Cwe = [20, 295], OwaspApi = ["API8:2023"], PciDss = ["6.2.4"], Asvs = ["2.2.1"] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested, Need.CertificateMatters, Need.ClientCaKey],
        Why = "The names in a certificate are text of somebody else's. Quotes, a NUL, a line break or letters outside ASCII reach headers, logs, queries and directory look-ups, "
            + "and code that never saw them fails there, or reads another name.",
        Impact = "An error page instead of a refusal, a broken log line, or an account that the certificate does not name.",
        How = "The given CA signs certificates of strangers with such names, and a copy of the valid identity below ten intermediates; each asks for the protected operation. An answer "
            + "of 5xx, twice, while the control is served is a finding; so is the valid identity's answer to a stranger, unless any certificate of the CA gets it (MTLS-302). A refusal of any kind is right.",
        Sources = ["RFC 4514, section 2.4", "RFC 5280, section 7", "CWE-20"],
        Remedies = MapIdentity.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<ProbeResult> probes = [.. context.Withheld(Info.Id).Select(withheld => new ProbeResult(ForgedIdentities.Of(withheld)) { Operation = context.Operation, Identity = withheld.Description })];
        probes.AddRange(await Task.WhenAll(context.Forged(Info.Id).Select(forged => OneAsync(context, forged, cancellationToken))).ConfigureAwait(false));
        return probes.Count == 0 ? CheckResult.NotTested("no certificate could be forged for this rule") : new() { Probes = [.. probes] };
    }

    private static async Task<ProbeResult> OneAsync(CheckContext context, MatrixIdentity forged, CancellationToken cancellationToken)
    {
        ProbeResult Result(Outcome outcome) => context.Keep(new(outcome) { Operation = context.Operation, Identity = forged.Description });
        if (await context.DoubtAsync(forged, cancellationToken).ConfigureAwait(false) is { } doubt)
        {
            return Result(doubt);
        }

        // The long chain leads to a perfect copy of A: its acceptance is right. Where any certificate of the CA is served (MTLS-302), so is
        // that of every other one; whether its names break the server is seen all the same.
        bool welcome = forged.Variant == LongChain || await context.NamesDoNotMatterAsync(cancellationToken).ConfigureAwait(false) is not null;
        Verdict verdict = welcome
            ? context.Oracle.Classify(await context.Transport.ExchangeAsync(context.Shown(await context.ShowingAsync(forged, cancellationToken).ConfigureAwait(false)), cancellationToken).ConfigureAwait(false)).IfShown()
            : await context.ShowAsync(forged, cancellationToken).ConfigureAwait(false);
        return Result(verdict switch
        {
            Verdict.Accepted when welcome => new Outcome.Passed(),
            Verdict.Accepted accepted => Failed(context, accepted.Exchange, $"{forged.Description} got what {context.A.Name} gets ({accepted.Detail})", accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm, Severity.High),
            Verdict.Rejected => new Outcome.Passed(),
            { Judged: { Status: >= 500 } broken } => await AgainAsync(context, forged, broken, cancellationToken).ConfigureAwait(false),
            _ => new Outcome.NotTested($"{forged.Description}: {verdict.Detail}"),
        });
    }

    /// <summary>One 5xx may be chance; twice, with the control served after it, is the certificate's doing.</summary>
    private static async Task<Outcome> AgainAsync(CheckContext context, MatrixIdentity forged, Exchange broken, CancellationToken cancellationToken)
    {
        Exchange again = await context.Transport.ExchangeAsync(broken.Ask with { Reusable = false }, cancellationToken).ConfigureAwait(false);
        return again.Status is >= 500 && await context.Oracle.ControlStillHoldsAsync(cancellationToken).ConfigureAwait(false)
            ? Failed(context, again, $"{forged.Description} was answered with {again.Summary}, twice, while {context.A.Name} is served", Confidence.Firm, Severity.Medium)
            : new Outcome.NotTested($"{forged.Description}: {broken.Summary}, then {again.Summary}");
    }

    private static Outcome.Failed Failed(CheckContext context, Exchange exchange, string observed, Confidence confidence, Severity severity) => new(new Flaw
    {
        Expected = "A refusal, whatever stands in the names.",
        Observed = observed + ".",
        Confidence = confidence,
        Severity = severity,
        Evidence = [.. context.Controls(), exchange.ToEvidence()],
        Cause = "odd names",
    });
}
