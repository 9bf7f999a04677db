using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>AUTHZ-008: whether nobody is served where somebody is refused.</summary>
internal sealed class AnonymousPreferred : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTHZ-008",
        Title = "Nobody is served where an account is refused",
        Category = Category.FunctionAuthorization,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [306], OwaspApi = ["API2:2023", "API5:2023"], PciDss = ["7.3.3"], Asvs = ["8.2.1"] },
        Needs = [Need.Caller, Need.Operations],
        Why = "A rule such as 'accounts need the role admin' says nothing about those who have no account. The check runs only when there is someone to check, so leaving the "
            + "credentials out leaves the check out.",
        Impact = "Whoever drops the credentials gets what accounts are refused.",
        How = "At each operation that refuses an ordinary account (which is served elsewhere) the same request is sent without any credential, and with the certificate alone where the description demands a token. The answer of an identity that may "
            + "call it, or without such an identity a stable answer that no random path gets, twice, is a finding; a suspicion where nothing declares the operation protected.",
        Sources = ["CWE-306", "WFC fault F207 (anonymous access where authenticated users are refused)"],
        Remedies = RequireAuthentication.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Api.Ordinary.IsEmpty)
        {
            return CheckResult.NotTested("no ordinary account was given", "an identity without a role");
        }

        ImmutableArray<ProbeResult> probes = await PerOperation.AskAsync(context.Readable, (operation, token) => OneAsync(context, operation, token), cancellationToken).ConfigureAwait(false);
        return Accounts.ResultOf(probes, "no known operation only reads");
    }

    private static async Task<ProbeResult> OneAsync(CheckContext context, Operation operation, CancellationToken cancellationToken)
    {
        ProbeResult Probe(Outcome outcome, string who = "none") => new(outcome) { Operation = operation.Name, Identity = who };
        (Refused? found, string? unknown) = await RefusalAsync(context, operation, cancellationToken).ConfigureAwait(false);
        if (found is not var (refused, asked, refusal, right))
        {
            // Whoever broke off before it said anything has not served the account either.
            return Probe(unknown is null ? new Outcome.NotApplicable("no ordinary account is refused there") : new Outcome.NotTested($"whether an ordinary account is refused there is not known: {unknown}"));
        }

        Outcome? doubt = null;
        foreach (Actor actor in Accounts.NotSignedIn(operation, refused))
        {
            Ask ask = asked with { Title = actor.Name, Actor = actor, Reusable = true };
            (Exchange? served, Outcome? outcome) = await ServedAsync(context, ask, right, cancellationToken).ConfigureAwait(false);
            if (served is not null)
            {
                return Probe(
                    await StillRefusedAsync(context, asked, cancellationToken).ConfigureAwait(false)
                        ? new Outcome.Failed(FlawOf(context, operation, refused, refusal, served))
                        : new Outcome.NotTested($"{refused.Name} was refused once only"),
                    Accounts.Called(actor));
            }

            doubt ??= outcome;
        }

        return Probe(doubt ?? new Outcome.Passed());
    }

    /// <summary>An ordinary account that is refused there and served elsewhere: at what it would ask for, or at what another owns. Or else what kept that from being known.</summary>
    private static async Task<(Refused? Found, string? Unknown)> RefusalAsync(CheckContext context, Operation operation, CancellationToken cancellationToken)
    {
        string? unknown = null;
        foreach (Identity identity in context.Api.Ordinary)
        {
            if (await context.Api.BaselineAsync(operation, identity, cancellationToken).ConfigureAwait(false) is not BaselineResult.Failed failed)
            {
                continue;
            }

            if (failed.Exchange is not { } refusal || VerdictRules.Refused(refusal) is not { Status: not null })
            {
                unknown ??= $"{identity.Name}: {failed.Reason}";
            }
            else if (!await context.IsServedAsync(identity, cancellationToken).ConfigureAwait(false))
            {
                unknown ??= $"{identity.Name} is served nowhere, so its refusal proves nothing";
            }
            else if (context.Api.AskFor(operation, (await context.Api.ValuesAsync(operation, identity, cancellationToken).ConfigureAwait(false)).Identity, Actor.Of(identity)) is { } own)
            {
                // Who may gets it at its own path, which may be another.
                return (new(identity, own, refusal, await context.Api.AccessAsync(operation, cancellationToken).ConfigureAwait(false) switch
                {
                    Access.Protected { Baseline: var right } when right.Ask.Request?.Target == own.Request?.Target => right,
                    Access.Public { Baseline: var right } when right.Ask.Request?.Target == own.Request?.Target => right,
                    _ => null,
                }), null);
            }
        }

        (Refused? foreign, string? doubt) = context.Api.Ordinary.Length > 1 ? await ForeignRefusalAsync(context, operation, cancellationToken).ConfigureAwait(false) : (null, null);
        return (foreign, foreign is null ? unknown ?? doubt : null);
    }

    /// <summary>The same at what another owns.</summary>
    private static async Task<(Refused? Found, string? Unknown)> ForeignRefusalAsync(CheckContext context, Operation operation, CancellationToken cancellationToken)
    {
        (ForeignObject? foreign, Outcome? otherwise) = await ForeignObject.FindAsync(context, operation, cancellationToken).ConfigureAwait(false);
        if (foreign?.AskFor(context) is not { } ask)
        {
            return (null, (otherwise as Outcome.NotTested)?.Reason);
        }

        Exchange exchange = await context.Transport.ExchangeAsync(ask with { Reusable = true }, cancellationToken).ConfigureAwait(false);
        return VerdictRules.Refused(exchange) is { Status: not null } ? (new(context.Other, ask, exchange, foreign.Baseline), null)
            : exchange.Status is >= 200 and < 300 ? (null, null)
            : (null, $"{ask.Title}: {exchange.Summary}");
    }

    /// <summary>What someone who has not signed in is served, or why nothing can be said.</summary>
    private static async Task<(Exchange? Served, Outcome? Otherwise)> ServedAsync(CheckContext context, Ask ask, Baseline? right, CancellationToken cancellationToken)
    {
        if (right is not null)
        {
            Verdict verdict = await context.Oracle.JudgeAgainstAsync(ask, right, cancellationToken).ConfigureAwait(false);
            return verdict is Verdict.Accepted accepted ? (accepted.Exchange, null) : (null, verdict is Verdict.Rejected ? null : new Outcome.NotTested($"{ask.Title}: {verdict.Detail}"));
        }

        // Nobody given may call it: a stable answer that no random path gets is then all that there is to hold on to.
        return await context.Oracle.LearnAsync(ask, cancellationToken).ConfigureAwait(false) switch
        {
            BaselineResult.Learned { Baseline: var served } => (served.First, null),
            BaselineResult.Failed { Exchange: { } none } when VerdictRules.Refused(none) is not null => (null, null),
            BaselineResult.Failed failed => (null, new Outcome.NotTested($"{ask.Title}: {failed.Reason}")),
            _ => (null, null),
        };
    }

    private static async Task<bool> StillRefusedAsync(CheckContext context, Ask asked, CancellationToken cancellationToken) =>
        VerdictRules.Refused(await context.Transport.ExchangeAsync(asked with { Reusable = false }, cancellationToken).ConfigureAwait(false)) is not null;

    private static Flaw FlawOf(CheckContext context, Operation operation, Identity refused, Exchange refusal, Exchange served) => new()
    {
        Expected = "Nobody is refused what an account is refused.",
        Observed = $"{operation.Name} refuses {refused.Name} ({refusal.Summary}) and serves {(served.Ask.Actor == Actor.Nobody ? "a request without any credential" : $"the same with the certificate alone")}, twice ({served.Summary}).",
        Confidence = ProtectedOperations.IsDeclared(context.Request, operation) ? Confidence.Firm : Confidence.Suspect,
        Evidence = [refusal.ToEvidence($"{refused.Name}, refused"), served.ToEvidence()],
        Replay = CurlLine.Of(served.Ask, context.Request),
        Cause = served.Ask.Actor == Actor.Nobody ? Causes.NoCertificateServed : Accounts.CertificateAlone,
    };

    /// <summary>An account that is refused, and what those get who may.</summary>
    private sealed record Refused(Identity Account, Ask Asked, Exchange Refusal, Baseline? Right);
}
