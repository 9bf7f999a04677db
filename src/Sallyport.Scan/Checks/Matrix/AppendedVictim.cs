using System.Collections.Generic;
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

/// <summary>MTLS-120: A's certificate and proof, with B's certificate in the same message.</summary>
internal sealed class AppendedVictim : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-120",
        Title = "The account is read from the wrong certificate of the chain",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [295, 290], OwaspApi = ["API2:2023", "API1:2023"], PciDss = ["4.2.1", "8.2.1"], Asvs = ["12.1.3"] },
        Needs = [Need.Tls, Need.Identity, Need.SecondIdentity, Need.CertificateRequested, Need.CertificateMatters],
        Why = "A client sends its certificate and, behind it, whatever else it likes; only the first one is proved by the handshake. An application, or a proxy's header, that takes another one of the list as the client (the last, the first that it knows, one that a library sorted to the front) reads the account from a certificate that nobody proved to own.",
        Impact = "The holder of any valid certificate becomes every account whose certificate it has seen.",
        How = "The valid identity's handshake carries the certificate of the second identity at the end of the chain, right behind its own, and in front of it; the key is the first identity's throughout. Then the second identity's own resource is asked. Its answer must not come, while the second identity gets it and the first one alone does not.",
        Sources = ["RFC 8446, section 4.4.2", "CVE-2023-2422"],
        Remedies = MapIdentity.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Survey.ControlOfB is not { } ofB)
        {
            return CheckResult.NotTested(
                $"what {context.B.Name} gets at its own resource of the protected operation could not be learned",
                $"identities.{context.B.Name}.values, so that the operation's parameters can be filled for it");
        }

        Ask alone = context.Shown(Actor.Of(context.A)) with { Request = ofB.Ask.Request, Title = $"{context.A.Name} at the resource of {context.B.Name}" };
        Verdict usual = await context.Oracle.JudgeAgainstAsync(alone, ofB, cancellationToken).ConfigureAwait(false);
        if (usual is Verdict.Accepted)
        {
            return CheckResult.NotApplicable($"{context.A.Name} gets the answer of {context.B.Name} with its own certificate alone (MTLS-121)");
        }

        if (!IsAnswer(context, usual))
        {
            return CheckResult.NotTested($"what {context.A.Name} gets at the resource of {context.B.Name} with its own certificate alone is undecided: {usual.Detail}");
        }

        List<(ProbeResult Probe, MatrixCell? Cell)> results =
            [.. context.Withheld(Info.Id).Select(one => (new ProbeResult(ForgedIdentities.Of(one)) { Operation = context.Operation, Identity = one.Description }, (MatrixCell?)null))];
        results.AddRange(await Task.WhenAll(context.Forged(Info.Id).Select(forged => OneAsync(context, forged, ofB, usual, cancellationToken))).ConfigureAwait(false));
        return results.Count == 0
            ? CheckResult.NotTested("no chain could be put together for this rule")
            : new() { Probes = [.. results.Select(one => one.Probe)], Matrix = [.. results.Select(one => one.Cell).OfType<MatrixCell>()] };
    }

    // Refused, told that there is no such thing, or served its own: only then does the victim's answer mean the victim's certificate.
    private static bool IsAnswer(CheckContext context, Verdict usual) => usual.SaysNo
        || (usual is { WasAccepted: false, Judged: { } served } && context.Oracle.Classify(served) is Verdict.Accepted);

    private async Task<(ProbeResult Probe, MatrixCell? Cell)> OneAsync(CheckContext context, MatrixIdentity forged, Baseline ofB, Verdict usual, CancellationToken cancellationToken)
    {
        Ask ask = context.Shown(Actor.Of(context.A).With(forged)) with { Request = ofB.Ask.Request };
        Verdict verdict = (await context.Oracle.JudgeAgainstAsync(ask, ofB, cancellationToken).ConfigureAwait(false)).IfShown();

        // One path for both accounts: A's own answer there is the right one.
        bool asA = verdict is Verdict.Undecided { AcceptedOnce: false, Exchange: { } answered } && context.Oracle.Classify(answered) is Verdict.Accepted;
        Outcome outcome = verdict switch
        {
            Verdict.Accepted accepted => new Outcome.Failed(new Flaw
            {
                Expected = $"{forged.Description}: served as {context.A.Name}, or refused.",
                Observed = $"The answer of {context.B.Name} came, twice ({accepted.Detail}); with its own certificate alone {context.A.Name} got: {usual.Detail}.",
                Confidence = accepted.ByMarker && context.IsEnforced ? Confidence.Confirmed : Confidence.Firm,
                Evidence =
                [
                    .. context.Controls(),
                    ofB.First.ToEvidence($"control: {context.B.Name}"),
                    .. usual.ToEvidence() is { } alone ? (Evidence[])[alone] : [],
                    accepted.Exchange.ToEvidence(forged.Description),
                ],
                Cause = Info.Id,
            }),
            Verdict.Rejected => new Outcome.Passed(),
            _ when asA => new Outcome.Passed(),
            _ => new Outcome.NotTested($"{forged.Description}: {verdict.Detail}"),
        };
        string seen = outcome switch { Outcome.Failed => "accepted", Outcome.Passed => "rejected", _ => "undecided" };
        bool? expected = outcome switch { Outcome.Failed => false, Outcome.Passed => true, _ => null };
        string detail = asA ? $"answered as {context.A.Name}" : verdict.Detail;
        return (context.Keep(new(outcome) { Operation = context.Operation, Identity = forged.Description }), new(forged.Description, context.Operation, seen, detail, expected, Info.Id));
    }
}
