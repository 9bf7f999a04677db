using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>AUTH-001: whether each protected operation refuses nobody and garbage.</summary>
internal sealed class MissingAuthentication : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTH-001",
        Title = "A protected operation needs no valid credentials",
        Category = Category.Authentication,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [306], OwaspApi = ["API2:2023"], PciDss = ["8.3.1"], Asvs = ["8.2.1", "6.3.4"] },
        Needs = [Need.Caller, Need.Operations],
        Why = "Authentication is switched on per route in most frameworks, and one that was added later, or a handler that looks at a token without insisting on it, is open. A "
            + "token that is only decoded, or whose failure is only logged, is as good as none.",
        Impact = "The operation is called by whoever finds it.",
        How = "Each operation that only reads is asked by an identity that may call it, then without any credential, and with garbage of the same kind (a certificate of nobody, a "
            + "token that is none) and, where the description demands a token beside the certificate, with the certificate alone. The same answer as the identity's, twice, is a finding where the description or the user declares protection, and a suspicion where nothing describes the API.",
        Sources = ["OWASP API Security Top 10 2023, API2", "CWE-306"],
        Remedies = RequireAuthentication.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<(Operation Operation, Access Access)> seen = await PerOperation.AskAsync(
            context.Readable, async (operation, token) => (operation, await context.Api.AccessAsync(operation, token).ConfigureAwait(false)), cancellationToken).ConfigureAwait(false);
        bool someRefused = seen.Any(static one => one.Access is Access.Protected);
        ImmutableArray<ProbeResult?> bare = await PerOperation.AskAsync(
            seen.Where(static one => one.Access is Access.Protected && Accounts.DemandsMore(one.Operation)).Select(static one => one.Operation),
            (operation, token) => CertificateOnlyAsync(context, operation, token), cancellationToken).ConfigureAwait(false);
        return Accounts.ResultOf([.. seen.Select(one => Judge(context, one.Operation, one.Access, someRefused)), .. Forgotten([.. bare.OfType<ProbeResult>()])], "no known operation only reads");
    }

    // An API that demands the token nowhere has one cause, and BIND-003 names it; here it is about the operation that was forgotten.
    private static ImmutableArray<ProbeResult> Forgotten(ImmutableArray<ProbeResult> bare) => bare.Any(static one => one.Outcome is Outcome.Passed)
        ? bare
        : [.. bare.Select(static one => one.Outcome is Outcome.Failed ? one with { Outcome = new Outcome.NotApplicable("the certificate alone is enough everywhere: BIND-003 judges it") } : one)];

    /// <summary>The certificate alone, where the description demands a token beside it: the handshake then refuses nobody's request before this is seen.</summary>
    private static async Task<ProbeResult?> CertificateOnlyAsync(CheckContext context, Operation operation, CancellationToken cancellationToken)
    {
        if (await context.Api.AccessAsync(operation, cancellationToken).ConfigureAwait(false) is not Access.Protected { Baseline: { Ask.Actor.Application: { HasCertificate: true } owner } baseline } || !ApplicationCredentials.Has(owner))
        {
            return null;
        }

        Actor actor = Actor.Of(owner).WithoutApplication();
        Verdict verdict = await context.Oracle.JudgeAgainstAsync(baseline.Ask with { Title = actor.Name, Actor = actor, Reusable = true, Pooled = true }, baseline, cancellationToken).ConfigureAwait(false);
        return new(verdict is Verdict.Accepted accepted
            ? new Outcome.Failed(new Flaw
            {
                Expected = "A request without the token that the description demands is refused.",
                Observed = $"{operation.Name} answers the certificate of {owner.Name} alone as it answers it with the token that the description demands, twice ({accepted.Detail}).",
                Confidence = accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
                Evidence = [baseline.First.ToEvidence($"control: {owner.Name}"), accepted.Exchange.ToEvidence()],
                Replay = CurlLine.Of(accepted.Exchange.Ask, context.Request),
                Cause = Accounts.CertificateAlone,
            })
            : Accounts.Refused(verdict, actor.Name))
        { Operation = operation.Name, Identity = Accounts.Called(actor) };
    }

    private static ProbeResult Judge(CheckContext context, Operation operation, Access access, bool someRefused)
    {
        bool declared = ProtectedOperations.IsDeclared(context.Request, operation);
        Outcome outcome = access switch
        {
            Access.Protected => new Outcome.Passed(),
            Access.Undecided doubt => new Outcome.NotTested(doubt.Reason) { Needs = doubt.Needs },
            Access.Public when !declared && context.Request.HasDescription => new Outcome.NotApplicable("the description demands nothing for it"),
            Access.Public when !declared && !someRefused => new Outcome.NotApplicable("nothing declares it protected, and nothing else is"),
            // A certificate of nobody that is served is the matrix' finding, wherever it is shown; only another garbage is this rule's. What nobody gets is its own.
            Access.Public { Who: not "none", Baseline.Ask.Actor.Application: { } owner } open when context.Survey.Stranger is Verdict.Accepted && !ApplicationCredentials.Has(owner) => open.NobodyDoubt is { } unknown
                ? new Outcome.NotTested($"a certificate of nobody is served (MTLS-101), and without any credential: {unknown}")
                : new Outcome.NotApplicable("a certificate of nobody is served as well: see MTLS-101"),
            Access.Public open => new Outcome.Failed(FlawOf(context, operation, open, declared)),
            _ => throw new System.InvalidOperationException("An access that is none of the three."),
        };
        return new(outcome) { Operation = operation.Name, Identity = access is Access.Public { Who: var who } ? who : "none" };
    }

    private static Flaw FlawOf(CheckContext context, Operation operation, Access.Public open, bool declared) => new()
    {
        Expected = "A request without valid credentials is refused.",
        Observed = open.Who == "none"
            ? $"{operation.Name} answers a request without any credential as it answers {open.Baseline.Ask.Actor.Name}, twice ({open.Served.Summary})."
            : (open.NobodyDoubt is { } unknown ? $"{operation.Name}: what a request without credentials gets is undecided ({unknown}); it" : $"{operation.Name} refuses a request without credentials, but")
                + $" answers one with garbage as it answers {open.Baseline.Ask.Actor.Name}, twice ({open.Served.Summary}).",
        Confidence = declared ? Confidence.Firm : Confidence.Suspect,
        Evidence = [open.Baseline.First.ToEvidence($"control: {open.Baseline.Ask.Actor.Name}"), open.Served.ToEvidence(open.Who == "none" ? "no credential" : "garbage credentials")],
        Replay = CurlLine.Of(open.Served.Ask, context.Request),
        Cause = open.Who == "none" ? Causes.NoCertificateServed : Causes.GarbageServed,
    };
}
