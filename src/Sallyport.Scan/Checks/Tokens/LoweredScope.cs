using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>JWT-018: the scope or role that an operation needs, taken out of the token.</summary>
internal sealed class LoweredScope : Check
{
    private const int MaxOperations = 3;
    private static readonly ImmutableArray<string> s_rights = ["scope", "scp", "scopes", "role", "roles", "groups", "permissions", "authorities", "realm_access", "resource_access", "entitlements"];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "JWT-018",
        Title = "An operation does not look at the token's scope or role",
        Category = Category.FunctionAuthorization,
        Severity = Severity.High,
        Standards = new() { Cwe = [862, 863], OwaspApi = ["API5:2023"], PciDss = ["7.2.2"], Asvs = ["8.2.1", "10.3.2"] },
        Needs = [Need.Caller],
        Why = "A token is proof of who calls and of what the caller was granted. An operation that only asks whether the token is valid, or takes the role from elsewhere, grants everything to everybody who has any token.",
        Impact = "A token that was granted for reading one thing calls every operation.",
        How = "On operations whose description demands scopes, and on those that only an identity with a higher role may call: the real token with scope and role claims taken out, and with a scope of no meaning, signed as the issuer does. The right token is served there. Where the description demands nothing, the usual operation is tried, and an accept is a suspicion.",
        Sources = ["RFC 9700, section 2.3", "RFC 6750, section 3.1", "OWASP API Security Top 10 2023, API5"],
        Remedies = CheckClaims.Scopes,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        TokenStage stage = await context.TokenStageAsync(cancellationToken).ConfigureAwait(false);
        if (stage is not TokenStage.Ready { Scene: var scene })
        {
            return new() { Probes = [new(((TokenStage.Missing)stage).Outcome)] };
        }

        if (TokenStages.NoToken(scene) is { } none)
        {
            return new() { Probes = [new(none)] };
        }

        (TokenForge? forge, Outcome? not) = await TokenForge.OfAsync(context, scene, cancellationToken).ConfigureAwait(false);
        if (forge is null)
        {
            return new() { Probes = [new(not!)] }; // one of the two is there
        }

        List<ProbeResult> probes = [];
        foreach ((Operation operation, Identity identity) in await PrivilegedAsync(context, scene.Owner, cancellationToken).ConfigureAwait(false))
        {
            probes.AddRange((await OnAsync(context, operation, identity, forge, declared: true, cancellationToken).ConfigureAwait(false)).Select(context.Keep));
        }

        // Nothing says what any operation needs: that the usual one needs nothing of the token's rights is a suspicion.
        return new() { Probes = probes.Count > 0 ? [.. probes] : [.. await OnAsync(context, scene.Operation, scene.Owner, forge, declared: false, cancellationToken).ConfigureAwait(false)] };
    }

    private static async Task<List<(Operation Operation, Identity Identity)>> PrivilegedAsync(CheckContext context, Identity owner, CancellationToken cancellationToken)
    {
        List<(Operation Operation, Identity Identity)> found = [];
        foreach (Operation operation in context.Api.Operations.Where(one => one.Method == "GET"))
        {
            // Every alternative must demand one: else the others open the operation without it.
            bool scoped = !operation.Security.IsDefaultOrEmpty && operation.Security.All(way => way.Schemes.Any(scheme => !scheme.Scopes.IsEmpty));
            bool roles = !operation.Roles.IsDefaultOrEmpty;
            if (found.Count == MaxOperations || (!scoped && !roles))
            {
                continue;
            }

            bool own = await context.Api.BaselineAsync(operation, owner, cancellationToken).ConfigureAwait(false) is BaselineResult.Learned;
            if (own && scoped)
            {
                found.Add((operation, owner));
            }
            else if (!own && context.Api.Admin is { } admin && await context.Api.BaselineAsync(operation, admin, cancellationToken).ConfigureAwait(false) is BaselineResult.Learned)
            {
                found.Add((operation, admin));
            }
        }

        return found;
    }

    private async Task<IEnumerable<ProbeResult>> OnAsync(CheckContext context, Operation operation, Identity identity, TokenForge forge, bool declared, CancellationToken cancellationToken)
    {
        PresentedCredentials credentials = await context.Api.CredentialsAsync(identity, cancellationToken).ConfigureAwait(false);
        if (credentials.Token is not { } secret || !JsonWebToken.TryParse(secret.Reveal(), out JsonWebToken? token, out _))
        {
            return [new(new Outcome.NotTested($"{identity.Name} has no JWT") { Needs = [$"identities.{identity.Name}.token"] }) { Operation = operation.Name, Identity = identity.Name }];
        }

        if (await context.Api.BaselineAsync(operation, identity, cancellationToken).ConfigureAwait(false) is not BaselineResult.Learned { Baseline: var baseline })
        {
            return [new(new Outcome.NotTested($"the control request of {identity.Name} did not succeed on {operation.Name}")) { Operation = operation.Name, Identity = identity.Name }];
        }

        ImmutableArray<string> held = [.. s_rights.Where(token.Claims.Has)];
        if (held.IsEmpty)
        {
            return [new(new Outcome.NotApplicable($"the token of {identity.Name} has no claim of scopes or roles")) { Operation = operation.Name, Identity = identity.Name }];
        }

        TokenScene scene = new()
        {
            Owner = identity,
            Credential = secret,
            Token = token,
            Operation = operation,
            Baseline = baseline,
            WithoutToken = new Verdict.Undecided("not asked"),
            Corrupted = new Verdict.Undecided("not asked"),
        };
        JoseObject bare = held.Aggregate(token.Claims, (claims, name) => claims.Without(name));
        string first = held[0];
        string lowered = token.Claims.Texts(first) is { IsEmpty: false } && token.Claims.Text(first) is null ? "[\"sallyport-none\"]" : "\"sallyport-none\"";
        List<ProbeResult> results = [];
        TokenRun run = new(context, scene);
        await using (run.ConfigureAwait(false))
        {
            Verdict same = await run.JudgeAsync("control: signed anew", forge.Make(token.Header, token.Claims.With("sallyport", "\"control\"")), cancellationToken).ConfigureAwait(false);
            if (same is not Verdict.Accepted)
            {
                return [new(new Outcome.NotTested($"the token of {identity.Name}, signed anew, is not taken: {same.Detail}")) { Operation = operation.Name, Identity = identity.Name }];
            }

            foreach ((string name, JoseObject claims) in new[] { ($"no {string.Join(", ", held)}", bare), ($"{first} without meaning", bare.With(first, lowered)) })
            {
                Verdict verdict = await run.JudgeAsync(name, forge.Make(token.Header, claims), cancellationToken).ConfigureAwait(false);
                results.Add(new(verdict switch
                {
                    Verdict.Accepted accepted => new Outcome.Failed(FlawOf(scene, name, accepted, declared)),
                    Verdict.Rejected => new Outcome.Passed(),
                    _ => new Outcome.NotTested($"{name}: {verdict.Detail}"),
                })
                { Operation = operation.Name, Identity = $"{identity.Name}, {name}" });
            }

            return await run.HoldsAsync(cancellationToken).ConfigureAwait(false) is { } doubt
                ? results.Select(one => one.Outcome is Outcome.Passed ? one with { Outcome = doubt } : one)
                : results;
        }
    }

    private Flaw FlawOf(TokenScene scene, string name, Verdict.Accepted accepted, bool declared) => new()
    {
        Expected = "The operation refuses a token without the scope or role that it needs.",
        Observed = $"A token with {name} got what {scene.Owner.Name} gets with all rights, twice ({accepted.Detail}).",
        Confidence = !declared ? Confidence.Suspect : accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
        Evidence = [scene.Baseline.First.ToEvidence($"control: {scene.Owner.Name}"), accepted.Exchange.ToEvidence()],
        Cause = Info.Id,
    };
}
