using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Application;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Api;

/// <summary>
/// The picture of the application: every identity at every operation that only reads, with its certificate, its token, both and neither. At most
/// one request a cell, and one a place for the catch-all guard; what other checks ask as well is asked once.
/// </summary>
/// <param name="context">The scan.</param>
internal sealed class CallMatrix(CheckContext context)
{
    private readonly ConcurrentDictionary<string, Verdict> _blind = new();

    /// <summary>All cells, by operation, then identity. An operation without a value for a parameter has none.</summary>
    /// <param name="cancellationToken">The scan's own token.</param>
    public async Task<ImmutableArray<Call>> WalkAsync(CancellationToken cancellationToken)
    {
        ImmutableArray<ImmutableArray<Call>> calls = await PerOperation.AskAsync(
            context.Api.Operations.Where(static operation => operation.IsSafe && operation.Method != "OPTIONS"), OperationAsync, cancellationToken).ConfigureAwait(false);
        return [.. calls.SelectMany(static one => one)];
    }

    private async Task<ImmutableArray<Call>> OperationAsync(Operation operation, CancellationToken cancellationToken)
    {
        var calls = ImmutableArray.CreateBuilder<Call>();
        Verdict? everything = null;
        (Ask Ask, Exchange Answer)? first = null;
        bool guarded = false;
        foreach (Identity identity in context.Api.Identities)
        {
            OwnValues own = await context.Api.ValuesAsync(operation, identity, cancellationToken).ConfigureAwait(false);
            if (context.Api.AskFor(operation, own.Identity, Actor.Of(identity), $"control: {identity.Name}") is not { } ask)
            {
                continue;
            }

            Exchange whole = await context.Transport.ExchangeAsync(ask with { Reusable = true }, cancellationToken).ConfigureAwait(false);
            Verdict verdict = Success(whole);
            first ??= (ask, whole);
            if (verdict is Verdict.Accepted && !guarded)
            {
                // One identity's answer to a path that no API has tells for all whether the server says the same whatever is asked.
                guarded = true;
                everything = await CatchAllAsync(operation, identity, ask, whole, cancellationToken).ConfigureAwait(false);
                first = (ask, whole);
            }

            verdict = verdict is Verdict.Accepted ? everything ?? verdict : verdict;
            (bool certificate, bool token) = (identity.HasCertificate, ApplicationCredentials.Has(identity));
            calls.Add(new(operation, identity, (certificate, token) switch { (true, true) => CredentialSet.Both, (true, false) => CredentialSet.Certificate, _ => CredentialSet.Token }, verdict) { IsWhole = true });
            if (certificate && token && verdict is Verdict.Accepted)
            {
                calls.Add(new(operation, identity, CredentialSet.Certificate, await LessAsync(operation, ask, whole, Actor.Of(identity).WithoutApplication(), cancellationToken).ConfigureAwait(false)));
                Actor bare = Actor.Of(identity).WithoutCertificate() with { Name = $"{identity.Name}, token only" };
                calls.Add(new(operation, identity, CredentialSet.Token, await LessAsync(operation, ask, whole, bare, cancellationToken).ConfigureAwait(false)));
            }
        }

        if (first is var (right, served) && everything is null)
        {
            calls.Add(new(operation, null, CredentialSet.Neither, await LessAsync(operation, right, served, Actor.Nobody, cancellationToken).ConfigureAwait(false)) { IsWhole = true });
        }

        return calls.ToImmutable();
    }

    /// <summary>What the right identity's own request came to: its success, its refusal, or doubt.</summary>
    private static Verdict Success(Exchange exchange) => exchange switch
    {
        { Withheld: { } withheld } => new Verdict.Undecided($"{exchange.Summary}, but application credentials were withheld: {withheld}", exchange),
        { Answer: { Status: >= 200 and < 300, BodyTruncated: true, BodyTooLong: false } } => new Verdict.Undecided(exchange.Summary, exchange),
        { Answer: { Status: >= 200 and < 300 } answer } => VerdictRules.SaysDenied(AnswerShape.Text(answer)) && answer.Body.Length < 2048
            ? new Verdict.Undecided($"{exchange.Summary} with words of refusal", exchange)
            : new Verdict.Accepted(exchange, ByMarker: false),
        _ => (Verdict?)VerdictRules.Refused(exchange) ?? new Verdict.Undecided(exchange.Summary, exchange),
    };

    private async Task<Verdict?> CatchAllAsync(Operation operation, Identity identity, Ask ask, Exchange whole, CancellationToken cancellationToken)
    {
        Exchange elsewhere = await context.Transport.ExchangeAsync(context.Oracle.Elsewhere(ask), cancellationToken).ConfigureAwait(false);
        if (elsewhere.Answer is not { Status: >= 200 and < 300 } same || same.Status != whole.Status)
        {
            return null;
        }

        // It is served there too: only two equal calls tell what of the answer is the operation's own.
        return await context.Api.BaselineAsync(operation, identity, cancellationToken).ConfigureAwait(false) is BaselineResult.Failed failed
            ? new Verdict.Undecided(failed.Reason, whole)
            : null;
    }

    /// <summary>The same request with fewer credentials.</summary>
    private async Task<Verdict> LessAsync(Operation operation, Ask right, Exchange whole, Actor actor, CancellationToken cancellationToken)
    {
        // A refusal before the request was read is the same for every path, and for every token that was never read.
        string key = actor.Credential is null ? "no certificate" : actor.Name;
        if (_blind.TryGetValue(key, out Verdict? known))
        {
            return known;
        }

        Exchange exchange = await context.Transport.ExchangeAsync(right with { Title = actor.Name, Actor = actor, Reusable = true }, cancellationToken).ConfigureAwait(false);
        Verdict verdict = await ComparedAsync(operation, exchange, whole, cancellationToken).ConfigureAwait(false);
        if (verdict is Verdict.Rejected && RouteMap.IsBlindToThePath(context, verdict))
        {
            _blind.TryAdd(key, verdict);
        }

        return verdict;
    }

    private async Task<Verdict> ComparedAsync(Operation operation, Exchange exchange, Exchange whole, CancellationToken cancellationToken)
    {
        Verdict verdict = Success(exchange);
        if (verdict is not Verdict.Accepted || exchange.Answer is not { } answer)
        {
            return verdict;
        }

        if (whole.Answer is not { Status: >= 200 and < 300 } right || whole.Ask.Actor.Application is not { } identity)
        {
            return new Verdict.Undecided($"{exchange.Summary}, where more credentials get: {whole.Summary}", exchange);
        }

        if (answer.Status == right.Status && MemoryExtensions.SequenceEqual(answer.Body.Span, right.Body.Span))
        {
            return verdict;
        }

        // Not the same bytes: the volatile fields of two equal calls decide.
        return await context.Api.BaselineAsync(operation, identity, cancellationToken).ConfigureAwait(false) is BaselineResult.Learned { Baseline: var baseline }
            ? context.Oracle.Classify(exchange, baseline)
            : new Verdict.Undecided($"{exchange.Summary}, but not what {identity.Name} gets with more credentials", exchange);
    }
}
