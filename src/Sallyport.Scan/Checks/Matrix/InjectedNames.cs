using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-125: certificates of the client CA whose fields say something in another language, or name our listener.</summary>
internal sealed class InjectedNames : Check
{
    private const string CanaryHeader = "x-sallyport-canary";

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-125",
        Title = "Text or an address out of a certificate is executed",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Variants =
        [
            new("ldap-cn", "an LDAP filter in the common name", Severity.High),
            new("ldap-san", "an LDAP filter in the DNS name", Severity.High),
            new("sql-cn", "an SQL condition in the common name", Severity.High),
            new("sql-san", "an SQL condition in the DNS name", Severity.High),
            new("header-cn", "a second header in the common name", Severity.High),
            new("header-san", "a second header in the DNS name", Severity.High),
            new("aia", "the issuer's address is called", Severity.Medium),
            new("cdp", "the CRL's address is called", Severity.Low),
            new("ocsp", "the OCSP responder's address is called", Severity.Low),
        ],
        Standards = new() { Cwe = [90, 89, 113, 918], OwaspApi = ["API2:2023", "API7:2023"], PciDss = ["6.2.4"], Asvs = ["12.1.3"] },
        Mode = ScanMode.Intrusive,
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested, Need.CertificateMatters, Need.ClientCaKey],
        Why = "The names of a certificate come from whoever asked for it: a CA that checks who somebody is does not check what their name does inside a query, a directory filter, a header or a log line. The addresses in it are called by verifiers that look for an issuer or a list, from inside the network.",
        Impact = "A client with a name of its choice becomes another account, writes into headers and logs, or makes the server call addresses of its choice.",
        How = "The given CA signs certificates of strangers whose names hold an LDAP filter, an SQL condition or a second header, and some that name the scanner's listener. A name that is answered as the valid identity, a header that comes back, or a call to the listener is a finding; an error of the server that a plain stranger does not cause is a suspicion. What reaches a log cannot be seen from outside: a fact says what to look for. That a server calls the list or responder of a certificate of its own CA is its way to check revocation, and low.",
        Sources = ["RFC 4515, section 3", "RFC 9110, section 5.5", "RFC 5280, sections 4.2.1.13 and 4.2.2.1", "mTLS: when certificate authentication is done wrong (GitHub Security Lab, 2023)"],
        Remedies = NeutraliseNames.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        Outcome? anyone = await context.NamesDoNotMatterAsync(cancellationToken).ConfigureAwait(false);
        Verdict? plain = context.Forged("MTLS-302").FirstOrDefault(one => one.Variant == "stranger") is { } stranger
            ? await context.ShowAsync(stranger, cancellationToken).ConfigureAwait(false)
            : null;
        List<(ProbeResult Probe, MatrixCell? Cell)> results =
            [.. context.Withheld(Info.Id).Where(one => !IsLog(one.Variant)).Select(one => (Probe(context, ForgedIdentities.Of(one), one.Variant, one.Description), (MatrixCell?)null))];
        results.AddRange(await Task.WhenAll(context.Forged(Info.Id).Where(one => !IsLog(one.Variant))
            .Select(forged => OneAsync(context, forged, forged.CanaryUrl is null ? anyone : null, plain, cancellationToken))).ConfigureAwait(false));
        ImmutableArray<Fact> facts = await LogsAsync(context, cancellationToken).ConfigureAwait(false);
        return results.Count == 0
            ? CheckResult.NotTested("no certificate could be forged for this rule").With([.. facts])
            : new() { Probes = [.. results.Select(one => one.Probe)], Matrix = [.. results.Select(one => one.Cell).OfType<MatrixCell>()], Facts = facts };
    }

    private static bool IsLog(string variant) => variant.StartsWith("log-", StringComparison.Ordinal);

    private static bool Reflects(Exchange exchange) => exchange.Answer?.Headers.Any(h => h.Name.Equals(CanaryHeader, StringComparison.OrdinalIgnoreCase)) == true;

    private static bool IsServerError(Verdict? verdict) => verdict?.Judged?.Status is >= 500;

    private ProbeResult Probe(CheckContext context, Outcome outcome, string variant, string identity) => new(outcome)
    {
        Variant = Info.Variants.Any(one => one.Slug == variant) ? variant : null,
        Operation = context.Operation,
        Identity = identity,
    };

    private async Task<ImmutableArray<Fact>> LogsAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<MatrixIdentity> logs = [.. context.Forged(Info.Id).Where(one => IsLog(one.Variant))];
        foreach (MatrixIdentity forged in logs)
        {
            _ = await context.ShowAsync(forged, cancellationToken, ScanMode.Intrusive).ConfigureAwait(false);
        }

        return logs.IsEmpty ? [] : [new(Info.Id, "Log lines to look for", "certificates with a line break in their names were shown: a line of the server's logs that begins with \"sallyport-canary level=info\" was injected")];
    }

    private async Task<(ProbeResult Probe, MatrixCell? Cell)> OneAsync(CheckContext context, MatrixIdentity forged, Outcome? anyone, Verdict? plain, CancellationToken cancellationToken)
    {
        if ((anyone ?? await context.DoubtAsync(forged, cancellationToken).ConfigureAwait(false)) is { } doubt)
        {
            return (Probe(context, doubt, forged.Variant, forged.Description), null);
        }

        CallbackUrl? canary = forged.CanaryUrl is { } url ? context.Callback?.Below(url, forged.Description) : null;
        Verdict verdict = await context.ShowAsync(forged, cancellationToken, ScanMode.Intrusive).ConfigureAwait(false);
        Outcome outcome = forged.CanaryUrl is null ? await JudgedAsync(context, forged, verdict, plain, cancellationToken).ConfigureAwait(false) : await CalledAsync(context, forged, canary, verdict, cancellationToken).ConfigureAwait(false);
        return (context.Keep(Probe(context, outcome, forged.Variant, forged.Description)), context.Cell(forged.Description, verdict, Info.Id));
    }

    private async Task<Outcome> CalledAsync(CheckContext context, MatrixIdentity forged, CallbackUrl? canary, Verdict verdict, CancellationToken cancellationToken)
    {
        if (canary is null || context.Callback is not { } listener)
        {
            return new Outcome.NotTested("there is no listener that the target reaches") { Needs = ["--callback URL (callback)"] };
        }

        return await listener.WaitAsync(canary, cancellationToken).ConfigureAwait(false) is { } hit
            ? new Outcome.Failed(new Flaw
            {
                Expected = "The server calls no address out of a client's certificate.",
                Observed = $"It called the scanner's listener: {hit.RequestLine}.",
                Confidence = Confidence.Confirmed,
                Evidence = [.. context.Controls(), .. verdict.ToEvidence(forged.Description) is { } shown ? (Evidence[])[shown] : [], hit.ToEvidence()],
            })
            : verdict is Verdict.Undecided { Exchange.Answer: null } ? new Outcome.NotTested($"{forged.Description}: {verdict.Detail}") : new Outcome.Passed();
    }

    private async Task<Outcome> JudgedAsync(CheckContext context, MatrixIdentity forged, Verdict verdict, Verdict? plain, CancellationToken cancellationToken)
    {
        ImmutableArray<Evidence> evidence = [.. context.Controls(), .. plain?.ToEvidence("control: a plain stranger") is { } stranger ? (Evidence[])[stranger] : [], .. verdict.ToEvidence(forged.Description) is { } shown ? (Evidence[])[shown] : []];
        Flaw flaw = new() { Expected = "A name is a name, whatever stands in it.", Observed = "", Confidence = Confidence.Firm, Evidence = evidence };
        return verdict switch
        {
            { Judged: { } exchange } when Reflects(exchange) => new Outcome.Failed(flaw with
            {
                Observed = $"The header {CanaryHeader} out of the certificate's name came back as a header of the answer.",
                Confidence = Confidence.Confirmed,
            }),
            Verdict.Accepted accepted => new Outcome.Failed(flaw with
            {
                Observed = $"A stranger whose name holds the text got what {context.A.Name} gets, twice ({accepted.Detail}).",
                Confidence = context.ConfidenceOf(accepted),
            }),
            Verdict.Rejected => new Outcome.Passed(),
            _ when IsServerError(verdict) && plain is Verdict.Rejected refused && await FailsAgainAsync(context, verdict, refused, cancellationToken).ConfigureAwait(false) => new Outcome.Failed(flaw with
            {
                Observed = $"The server fails over the name ({verdict.Detail}) twice, where a plain stranger is refused before and after ({plain.Detail}): the text may have reached an interpreter.",
                Confidence = Confidence.Suspect,
            }),
            _ => new Outcome.NotTested($"{forged.Description}: {verdict.Detail}"),
        };
    }

    // One error may be chance: it must come again, and the plain stranger must still be refused.
    private static async Task<bool> FailsAgainAsync(CheckContext context, Verdict verdict, Verdict.Rejected plain, CancellationToken cancellationToken)
    {
        if (verdict.Judged is not { } first)
        {
            return false;
        }

        Exchange again = await context.Transport.ExchangeAsync(first.Ask with { Reusable = false }, cancellationToken).ConfigureAwait(false);
        Exchange other = await context.Transport.ExchangeAsync(plain.Exchange.Ask with { Reusable = false }, cancellationToken).ConfigureAwait(false);
        return again.Status >= 500 && context.Oracle.Classify(other) is Verdict.Rejected;
    }
}
