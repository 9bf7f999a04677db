using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>Sets the scene of the checks of tokens: once a scan, on one operation (rules O1 and O8).</summary>
internal static class TokenStages
{
    private const int MaxOperations = 4;
    private const string GiveToken = "a bearer token: --token NAME=env:VAR (identities.NAME.token), or a login that yields one (identities.NAME.login)";
    private const string GiveOperation = "an operation that needs the token: --protected 'GET /path' (operations.protected)";

    extension(CheckContext context)
    {
        /// <summary>The scene, with the token that its owner presents now.</summary>
        /// <param name="cancellationToken">The scan's token.</param>
        public async Task<TokenStage> TokenStageAsync(CancellationToken cancellationToken)
        {
            TokenStage stage = await context.Shared.OnceAsync("the scene of tokens", () => SetAsync(context, cancellationToken)).ConfigureAwait(false);
            if (stage is not TokenStage.Ready { Scene: var scene })
            {
                return stage;
            }

            // A token of a login may have been renewed since: forged ones are made of the newest, so that none is refused for its age.
            PresentedCredentials now = await context.Api.CredentialsAsync(scene.Owner, cancellationToken).ConfigureAwait(false);
            return now.Token is { } token && token.Reveal() != scene.Credential.Reveal()
                ? new TokenStage.Ready(scene with { Credential = token, Token = Read(token, out string? fault), Opaque = fault })
                : stage;
        }
    }

    /// <summary>Why JWT checks do not run on a scene; <c>null</c> when they do.</summary>
    /// <param name="scene">The scene.</param>
    public static Outcome? NoToken(TokenScene scene) => scene.Token is null
        ? new Outcome.NotApplicable($"the token of {scene.Owner.Name} is no signed JWT: {scene.Opaque}")
        : null;

    private static async Task<TokenStage> SetAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<(Identity Identity, Secret Token)> tokens = [];
        string? failure = null;
        foreach (Identity identity in context.Api.Identities.Where(one => one is not { Token: null, Login: null }))
        {
            PresentedCredentials credentials = await context.Api.CredentialsAsync(identity, cancellationToken).ConfigureAwait(false);
            failure ??= credentials.Failure;
            if (credentials.Token is { } token)
            {
                tokens.Add((identity, token));
            }
        }

        // A JWT tells more than an opaque token; among equals the first identity's counts.
        if (tokens.OrderBy(one => Read(one.Token, out _) is null ? 1 : 0).FirstOrDefault() is not { Identity: { } owner, Token: { } credential })
        {
            return Missing(failure is null ? "no identity has a bearer token" : $"no identity has a bearer token: {failure}", GiveToken);
        }

        ImmutableArray<Operation> operations = Candidates(context);
        if (operations.IsEmpty)
        {
            return Missing("no operation is known that a token could open", GiveOperation);
        }

        TokenStage? first = null;
        foreach (Operation operation in operations)
        {
            TokenStage stage = await OnAsync(context, operation, owner, credential, cancellationToken).ConfigureAwait(false);
            if (stage is TokenStage.Ready)
            {
                return stage;
            }

            // "Needs no token" holds only where nothing else stayed undecided.
            first = first is null or TokenStage.Missing { Outcome: Outcome.NotApplicable } ? stage : first;
        }

        return first ?? Missing("no operation is known that a token could open", GiveOperation);
    }

    private static ImmutableArray<Operation> Candidates(CheckContext context)
    {
        IEnumerable<Operation> own = context.Survey.ProtectedOperation is { } chosen ? [chosen] : [];
        return
        [
            .. own.Concat(context.Api.Operations.Where(one => one is { Method: "GET", HasSecurity: true, DeclaredPublic: false }))
                .DistinctBy(one => one.Name).Take(MaxOperations),
        ];
    }

    private static async Task<TokenStage> OnAsync(CheckContext context, Operation operation, Identity owner, Secret credential, CancellationToken cancellationToken)
    {
        if (await context.Api.BaselineAsync(operation, owner, cancellationToken).ConfigureAwait(false) is not BaselineResult.Learned { Baseline: var baseline } learned)
        {
            return Missing($"the control request of {owner.Name} did not succeed on {operation.Name}", GiveOperation);
        }

        JsonWebToken? token = Read(credential, out string? fault);
        Actor bare = Actor.Of(owner).WithoutApplication();
        Ask Probe(Actor who) => baseline.Ask with { Title = who.Name, Actor = who, Reusable = false, Pooled = false };
        Verdict without = await context.Oracle.JudgeAgainstAsync(Probe(bare), baseline, cancellationToken).ConfigureAwait(false);
        switch (without)
        {
            case Verdict.Accepted:
                return new TokenStage.Missing(new Outcome.NotApplicable($"{operation.Name} needs no token: {owner.Name} is served without it"));
            case Verdict.Undecided:
                return Missing($"whether {operation.Name} needs the token could not be told: {without.Detail}", GiveOperation);
        }

        // The owner may have a cookie or a password as well: the token must open it alone, or what others get for it says nothing.
        Actor alone = Actor.Of(owner).WithToken($"{owner.Name}, token only", credential);
        Verdict own = await context.Oracle.JudgeAgainstAsync(Probe(alone), baseline, cancellationToken).ConfigureAwait(false);
        if (own is not Verdict.Accepted)
        {
            return own is Verdict.Rejected
                ? Missing($"{operation.Name} needs more of {owner.Name} than the token: what is sent in its place would prove nothing", GiveOperation)
                : Missing($"the token of {owner.Name} alone: {own.Detail}", GiveOperation);
        }

        string garbled = token?.WithTurnedBit() ?? Garbled(credential.Reveal());
        Actor wrong = Actor.Of(owner).WithToken(token is null ? "token with one character changed" : "one bit of the signature turned", new Secret(garbled));
        Verdict corrupted = await context.Oracle.JudgeAgainstAsync(Probe(wrong), baseline, cancellationToken).ConfigureAwait(false);
        return corrupted is Verdict.Undecided || (corrupted is Verdict.Accepted && token is null)
            ? Missing($"a corrupted token: {corrupted.Detail}", GiveOperation)
            : new TokenStage.Ready(new TokenScene
            {
                Owner = owner,
                Credential = credential,
                Token = token,
                Opaque = fault,
                Operation = operation,
                Baseline = learned.Baseline,
                WithoutToken = without,
                Corrupted = corrupted,
            });
    }

    private static JsonWebToken? Read(Secret token, out string? fault) => JsonWebToken.TryParse(token.Reveal(), out JsonWebToken? read, out fault) ? read : null;

    // The middle: the last character of base64 may hold bits that count for nothing.
    private static string Garbled(string token)
    {
        char[] text = token.ToCharArray();
        int middle = text.Length / 2;
        text[middle] = text[middle] == 'A' ? 'B' : 'A';
        return new string(text);
    }

    private static TokenStage.Missing Missing(string reason, params ReadOnlySpan<string> needs) => new(new Outcome.NotTested(reason) { Needs = [.. needs] });
}
