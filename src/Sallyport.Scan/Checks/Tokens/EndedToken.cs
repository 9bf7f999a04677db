using System;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>JWT-013: a token after its user signed out.</summary>
internal sealed partial class EndedToken : Check
{
    private static readonly TimeSpan s_oldEnough = TimeSpan.FromSeconds(1.5);

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "JWT-013",
        Title = "A token works after its user has signed out",
        Category = Category.Authentication,
        Severity = Severity.Medium,
        Mode = ScanMode.Intrusive,
        Standards = new() { Cwe = [613], OwaspApi = ["API2:2023"], PciDss = ["8.2.8"], Asvs = ["7.4.1"] },
        Needs = [Need.Caller, Need.Disposable],
        Why = "A token is good by its signature and its dates, and signing out changes neither. Unless the server keeps a list of what it ended, or tokens live for minutes only, signing out is a gesture.",
        Impact = "Whoever copied a token keeps the access that its user believes to have ended.",
        How = "A disposable identity with a login signs in, calls the operation that ends sessions (a POST or DELETE named logout, signout or revoke in the description), and the token from before must be refused. The identity signs in anew afterwards. A life of five minutes or less is not held against the server.",
        Sources = ["RFC 7009, section 2", "RFC 9700, section 4.3", "OWASP ASVS 5.0, 7.4"],
        Remedies = CheckClaims.Ended,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Request.Identities.FirstOrDefault(one => one is { Disposable: true, State: IdentityState.Valid or IdentityState.Revocable, Login.TokenMember: not null }) is not { } identity)
        {
            return CheckResult.NotTested("no disposable identity has a login that yields a token", "identities.NAME with disposable: true and a login");
        }

        if (context.Api.Operations.FirstOrDefault(one => one.Method is "POST" or "DELETE" && EndsSessions().IsMatch(one.PathTemplate)) is not { } ending)
        {
            return CheckResult.NotTested("no operation that ends a session is known", "the description's logout operation, not excluded (operations.exclude)");
        }

        foreach (Operation operation in context.Api.Operations.Where(one => one is { Method: "GET", HasSecurity: true }).OrderByDescending(one => one.Name == context.Survey.ProtectedOperation?.Name).Take(3))
        {
            if (await context.Api.BaselineAsync(operation, identity, cancellationToken).ConfigureAwait(false) is BaselineResult.Learned { Baseline: var baseline })
            {
                return new() { Probes = [new(await OnAsync(context, identity, ending, baseline, cancellationToken).ConfigureAwait(false)) { Operation = ending.Name, Identity = identity.Name }] };
            }
        }

        return CheckResult.NotTested($"no operation is known that {identity.Name} may call", "--protected 'GET /path' (operations.protected)");
    }

    private async Task<Outcome> OnAsync(CheckContext context, Identity identity, Operation ending, Baseline baseline, CancellationToken cancellationToken)
    {
        PresentedCredentials credentials = await context.Api.CredentialsAsync(identity, cancellationToken).ConfigureAwait(false);
        Ask? end = context.Api.AskFor(ending, identity, Actor.Of(identity), $"{identity.Name} signs out");
        if (credentials.Token is not { } token || end is null)
        {
            return new Outcome.NotTested(credentials.Failure ?? $"{ending.Name} needs values that are not known") { Needs = [$"identities.{identity.Name}.values"] };
        }

        Ask old = baseline.Ask with { Title = "the token from before", Actor = Actor.Of(identity).WithToken("the token from before", token), Reusable = false, Pooled = false };
        if (await context.Oracle.JudgeAgainstAsync(old, baseline, cancellationToken).ConfigureAwait(false) is not Verdict.Accepted)
        {
            return new Outcome.NotTested($"the token of {identity.Name} alone does not open {baseline.Ask.Request?.Target}");
        }

        Exchange ended = await context.Transport.ExchangeAsync(end with { Mode = ScanMode.Intrusive, Pooled = false }, cancellationToken).ConfigureAwait(false);
        if (ended.Status is not (>= 200 and < 400))
        {
            return new Outcome.NotTested($"signing out was not done: {ended.Summary}");
        }

        // The baseline's own control may sign in anew: the old token is asked by itself, twice.
        Exchange first = await context.Transport.ExchangeAsync(old, cancellationToken).ConfigureAwait(false);
        Exchange second = await context.Transport.ExchangeAsync(old, cancellationToken).ConfigureAwait(false);
        return (context.Oracle.Classify(first, baseline), context.Oracle.Classify(second, baseline)) switch
        {
            (Verdict.Accepted one, Verdict.Accepted) => ShortLived(context, token)
                ? new Outcome.NotApplicable("the token lives for five minutes at most: it ends by itself")
                : new Outcome.Failed(new Flaw
                {
                    Expected = "After its user signed out a token is refused.",
                    Observed = $"The token of {identity.Name} was still served after {ending.Name} had answered {ended.Summary}, twice ({one.Detail}).",
                    Confidence = one.ByMarker ? Confidence.Confirmed : Confidence.Firm,
                    Evidence = [baseline.First.ToEvidence(), ended.ToEvidence(), first.ToEvidence()],
                }),
            (Verdict.Rejected, Verdict.Rejected) => await SignedInAnewAsync(context, baseline, cancellationToken).ConfigureAwait(false)
                ? new Outcome.Passed()
                : new Outcome.NotTested($"after signing in anew {identity.Name} is refused as well"),
            ({ } doubt, _) => new Outcome.NotTested($"the token from before: {doubt.Detail}"),
        };
    }

    // A login that is only moments old is not repeated: its refusal would look like a wrong password.
    private static async Task<bool> SignedInAnewAsync(CheckContext context, Baseline baseline, CancellationToken cancellationToken)
    {
        await Task.Delay(s_oldEnough, context.Time, cancellationToken).ConfigureAwait(false);
        return await context.Oracle.StillHoldsAsync(baseline, cancellationToken).ConfigureAwait(false);
    }

    private static bool ShortLived(CheckContext context, Secret token) => Jose.JsonWebToken.TryParse(token.Reveal(), out Jose.JsonWebToken? read, out _)
        && read.Claims.Number("exp") is { } end && end - (context.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds <= 300;

    [GeneratedRegex(@"/(?:log-?out|log-?off|sign-?out|sign-?off|revoke|end-?session)(?:/|$)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex EndsSessions();
}
