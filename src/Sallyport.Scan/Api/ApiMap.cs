using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Client;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Api;

/// <summary>The operations of the API and what each identity gets there. Everything is asked when a check first needs it, and once a scan.</summary>
/// <param name="request">The scan, with the operations of its description.</param>
/// <param name="survey">What is known of the target.</param>
/// <param name="transport">The way to the network.</param>
/// <param name="oracle">The judge.</param>
/// <param name="stranger">A self-signed certificate of nobody: the garbage certificate.</param>
internal sealed class ApiMap(ScanRequest request, Survey survey, IScanTransport transport, IOracle oracle, ClientCredential stranger)
{
    // Looks like a token and is none: what refuses it must have looked.
    private const string GarbageToken = "sallyport-garbage-" + "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

    /// <summary>Operations asked side by side as one actor: no more connections than it keeps.</summary>
    private const int AtOnce = 4;

    private readonly SharedProbes _shared = new();
    private readonly ListedIds _listed = new();

    /// <summary>The operations, never an excluded one.</summary>
    public ImmutableArray<Operation> Operations => request.Operations;

    /// <summary>The valid identities that have any credential; the one the survey calls A comes first.</summary>
    public ImmutableArray<Identity> Identities { get; } =
    [
        .. request.Identities.Where(one => one.State == IdentityState.Valid && (one.HasCertificate || ApplicationCredentials.Has(one)))
            .OrderBy(one => ReferenceEquals(one, survey.A) ? 0 : 1),
    ];

    /// <summary>The first identity; <c>null</c> when none was given.</summary>
    public Identity? First => Identities.IsEmpty ? null : Identities[0];

    /// <summary>The first identity with a role above the lowest that says administrator; <c>null</c> for none.</summary>
    public Identity? Admin => Identities.FirstOrDefault(one => one.Role is { } role && role.Contains("admin", StringComparison.OrdinalIgnoreCase)) ?? Identities.FirstOrDefault(one => one.Role is not null);

    /// <summary>The identities of the lowest role, in order: ordinary accounts that own things.</summary>
    public ImmutableArray<Identity> Ordinary => [.. Identities.Where(one => one.Role is null)];

    /// <summary>The request of an operation with an identity's values filled in.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="values">Whose values fill the parameters; <c>null</c> for the description's examples only.</param>
    /// <returns><c>null</c> when something has no value: see <see cref="MissingFor"/>. A literal <c>{x}</c> is never sent (rule O9).</returns>
    public RawHttpRequest? RequestFor(Operation operation, Identity? values) => ApiRequest.For(request.Target.Path, operation, _listed.Complete(operation, values));

    /// <summary>The answer of a probe on an operation that cannot be called.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="values">Whose values were missing.</param>
    public static Outcome.NotTested MissingFor(Operation operation, Identity? values) => PathResolution.Of(operation, values) is PathResolution.Missing { Parameters: var names }
        ? new Outcome.NotTested($"no value for {string.Join(", ", names.Select(name => "{" + name + "}"))}")
        {
            Needs = [.. names.Select(name => $"identities.{values?.Name ?? "NAME"}.values.{name}")],
        }
        : new Outcome.NotTested("no body could be made for it") { Needs = ["an example of the body in the description"] };

    /// <summary>A probe of an operation, over a kept-alive connection, at the mode that its method needs.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="values">Whose values fill the parameters: the owner of what is asked for.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="title">What evidence calls it; <c>null</c> for the actor's name.</param>
    /// <returns><c>null</c> when something has no value.</returns>
    public Ask? AskFor(Operation operation, Identity? values, Actor actor, string? title = null) => RequestFor(operation, values) is { } call
        ? new Ask
        {
            Title = title ?? actor.Name,
            Route = Route.To(request.Target),
            Actor = actor,
            Request = call,
            Mode = operation.IsSafe ? ScanMode.Safe : ScanMode.Active,
            Pooled = true,
        }
        : null;

    /// <summary>An identity's values for one operation: the user's, and ids out of what the API lists for it where those leave a parameter of the path open.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="identity">The identity.</param>
    /// <param name="cancellationToken">The scan's own token.</param>
    public Task<OwnValues> ValuesAsync(Operation operation, Identity identity, CancellationToken cancellationToken) =>
        _shared.OnceAsync($"values {operation.Name} {identity.Name}", () => OwnIds.FillAsync(this, transport, operation, identity, cancellationToken));

    /// <summary>P(x): what an identity gets on an operation that only reads, with its own values: two equal calls, the catch-all guard, markers.</summary>
    /// <param name="operation">The operation; one that may write is never a baseline.</param>
    /// <param name="identity">The identity.</param>
    /// <param name="cancellationToken">The scan's own token.</param>
    public Task<BaselineResult> BaselineAsync(Operation operation, Identity identity, CancellationToken cancellationToken) =>
        _shared.OnceAsync($"baseline {operation.Name} {identity.Name}", () => LearnAsync(operation, identity, cancellationToken));

    /// <summary>P(x) with the markers that prove its owner: those that stand in no answer to nobody, to garbage, or to the other identity on its own values (rule O2).</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="owner">The owner of what is asked for.</param>
    /// <param name="other">Who must not get it.</param>
    /// <param name="cancellationToken">The scan's own token.</param>
    public async Task<BaselineResult> OwnedAsync(Operation operation, Identity owner, Identity other, CancellationToken cancellationToken)
    {
        BaselineResult own = await BaselineAsync(operation, owner, cancellationToken).ConfigureAwait(false);
        if (own is not BaselineResult.Learned { Baseline: var baseline })
        {
            return own;
        }

        List<Exchange> others = [];
        if (await BaselineAsync(operation, other, cancellationToken).ConfigureAwait(false) is BaselineResult.Learned { Baseline: var theirs })
        {
            others.Add(theirs.First);
        }

        others.AddRange((await StrangersAsync(operation, owner, baseline, cancellationToken).ConfigureAwait(false)).Select(verdict => verdict.Judged).OfType<Exchange>());
        return new BaselineResult.Learned(baseline.Sharpened(others));
    }

    /// <summary>The control triple of an operation that only reads (rule O1), with the first identity that may call it.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="cancellationToken">The scan's own token.</param>
    public Task<Access> AccessAsync(Operation operation, CancellationToken cancellationToken) =>
        _shared.OnceAsync($"access {operation.Name}", () => TripleAsync(operation, cancellationToken));

    /// <summary>What the operations that only read answer to somebody who may call them: for checks that only look at answers.</summary>
    /// <param name="cancellationToken">The scan's own token.</param>
    /// <returns>One baseline an operation, as the first identity that has one; operations that nobody could call are left out.</returns>
    public Task<ImmutableArray<ApiAnswer>> AnswersAsync(CancellationToken cancellationToken) => _shared.OnceAsync<ImmutableArray<ApiAnswer>>("answers", async () =>
    {
        ConcurrentBag<ApiAnswer> answers = [];
        await Parallel.ForEachAsync(
            Operations.Where(operation => operation.Method == "GET"),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (operation, token) =>
            {
                foreach (Identity identity in Identities)
                {
                    if (await BaselineAsync(operation, identity, token).ConfigureAwait(false) is BaselineResult.Learned learned)
                    {
                        answers.Add(new ApiAnswer(operation, identity, learned.Baseline));
                        return;
                    }
                }
            }).ConfigureAwait(false);
        return [.. answers.OrderBy(one => Operations.IndexOf(one.Operation))];
    });

    /// <summary>The application credentials that an identity presents now; its login is repeated when they have expired.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="cancellationToken">Cancels a login.</param>
    public Task<PresentedCredentials> CredentialsAsync(Identity identity, CancellationToken cancellationToken) => transport.CredentialsAsync(identity, cancellationToken);

    /// <summary>Garbage credentials of the same kinds as an identity's: a certificate of nobody and a token, cookie or key that is none.</summary>
    /// <param name="like">The identity.</param>
    public Actor Garbage(Identity like)
    {
        Actor bare = Actor.Of(like) with { Application = null };
        Actor shown = like.HasCertificate ? bare.With("garbage", stranger) : bare with { Name = "garbage" };
        return like switch
        {
            { Token: not null } or { Login.TokenMember: not null } => shown.WithToken("garbage", new Secret(GarbageToken)),
            { Cookie: { } cookie } => shown.WithHeaders("garbage", [new("cookie", new Secret(Garbled(cookie.Reveal())))]),
            { Login: not null } => shown.WithHeaders("garbage", [new("cookie", new Secret("session=" + GarbageToken))]),
            { Basic: not null } => shown.WithHeaders("garbage", [new("authorization", new Secret("Basic c2FsbHlwb3J0Om5vYm9keQ=="))]),
            { ApiKey: not null } => shown.WithHeaders("garbage", [new(like.ApiKeyHeader.ToLowerInvariant(), new Secret(GarbageToken))]),
            _ => shown,
        };
    }

    /// <summary>A text that nothing else has, for addresses and objects of the scanner's own.</summary>
    public string Fresh() => $"sp{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    private static string Garbled(string cookies) =>
        string.Join("; ", cookies.Split(';').Select(pair => pair.Split('=')[0].Trim() + "=" + GarbageToken));

    private async Task<BaselineResult> LearnAsync(Operation operation, Identity identity, CancellationToken cancellationToken)
    {
        if (!operation.IsSafe)
        {
            return new BaselineResult.Failed($"{operation.Method} may write: what it answers is no baseline", null);
        }

        if (survey.Control is { } control && ReferenceEquals(identity, survey.A) && operation.Name == survey.ProtectedOperation?.Name)
        {
            return new BaselineResult.Learned(control with { Ask = control.Ask with { Pooled = true } });
        }

        await _listed.LearnAsync(Operations, operation, identity, BaselineAsync, cancellationToken).ConfigureAwait(false);
        OwnValues own = await ValuesAsync(operation, identity, cancellationToken).ConfigureAwait(false);
        return AskFor(operation, own.Identity, Actor.Of(identity), $"control: {identity.Name}") is { } ask
            ? await oracle.LearnAsync(ask with { Reusable = true }, cancellationToken).ConfigureAwait(false)
            : new BaselineResult.Failed(MissingFor(operation, identity).Reason, null);
    }

    private async Task<Access> TripleAsync(Operation operation, CancellationToken cancellationToken)
    {
        if (Identities.IsEmpty)
        {
            return new Access.Undecided("no valid identity was given", ["--identity NAME=cert.pem,key.pem or --token NAME=env:VAR (identities)"]);
        }

        Baseline? found = null;
        string? why = null;
        foreach (Identity identity in Identities)
        {
            BaselineResult result = await BaselineAsync(operation, identity, cancellationToken).ConfigureAwait(false);
            if (result is BaselineResult.Learned learned)
            {
                found = learned.Baseline;
                break;
            }

            why ??= (result as BaselineResult.Failed)?.Reason;
        }

        if (found is not { Ask.Actor.Application: { } owner } baseline)
        {
            return new Access.Undecided($"no identity may call it: {why}", MissingFor(operation, First).Needs);
        }

        ImmutableArray<Verdict> strangers = await StrangersAsync(operation, owner, baseline, cancellationToken).ConfigureAwait(false);
        if (strangers.OfType<Verdict.Accepted>().FirstOrDefault() is { } served)
        {
            return new Access.Public(baseline, served.Exchange.Ask.Actor.Name, served.Exchange) { NobodyDoubt = strangers[0] is Verdict.Undecided unknown ? unknown.Detail : null };
        }

        return strangers.FirstOrDefault(verdict => verdict is not Verdict.Rejected) is { } doubt
            ? new Access.Undecided($"without the right credentials: {doubt.Detail}", [])
            : new Access.Protected(baseline.Sharpened(strangers.Select(verdict => verdict.Judged).OfType<Exchange>()));
    }

    /// <summary>N and G on an operation; one for both where the handshake already refuses them, whatever is asked after it.</summary>
    private Task<ImmutableArray<Verdict>> StrangersAsync(Operation operation, Identity owner, Baseline baseline, CancellationToken cancellationToken) =>
        _shared.OnceAsync($"strangers {operation.Name} {owner.Name}", async () =>
        {
            if (RefusedByHandshake() is { IsEmpty: false } known)
            {
                return known;
            }

            Ask own = baseline.Ask with { Reusable = true, Pooled = true, Script = null };
            Verdict nobody = await oracle.JudgeAgainstAsync(own with { Title = "none", Actor = Actor.Nobody }, baseline, cancellationToken).ConfigureAwait(false);
            Verdict garbage = await oracle.JudgeAgainstAsync(own with { Title = "garbage", Actor = Garbage(owner) }, baseline, cancellationToken).ConfigureAwait(false);
            return ImmutableArray.Create(nobody, garbage);
        });

    // A refusal by alert before any request was read cannot depend on the operation; a server that asks later, by path, is seen by RequestedLater.
    private ImmutableArray<Verdict> RefusedByHandshake() =>
        survey is { RequestedLater: false, Authentication: AuthVerdict.Enforced { Where: EnforcementPoint.Handshake or EnforcementPoint.Alert }, Stranger: Verdict.Rejected { Where: EnforcementPoint.Handshake or EnforcementPoint.Alert } stranger }
            ? [stranger]
            : [];
}
