using System;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>Sends many tokens over few connections: one certificate, one after the other, the right token last.</summary>
/// <remarks>
/// A refusal counts as it comes; that the connection itself still serves the right token is asked at the end (<see cref="HoldsAsync"/>).
/// Whatever is no refusal is judged again by the oracle, over connections of its own.
/// </remarks>
internal sealed class TokenRun(CheckContext context, TokenScene scene) : IAsyncDisposable
{
    private LiveConnection? _live;

    /// <summary>Judges one token.</summary>
    /// <param name="name">What the report calls it.</param>
    /// <param name="token">The token.</param>
    /// <param name="cancellationToken">The scan's token.</param>
    public Task<Verdict> JudgeAsync(string name, string token, CancellationToken cancellationToken) => JudgeAsync(scene.Ask(name, token), cancellationToken);

    /// <summary>Judges one request of the owner's certificate.</summary>
    /// <param name="ask">The request; its certificate must be the owner's.</param>
    /// <param name="cancellationToken">The scan's token.</param>
    public async Task<Verdict> JudgeAsync(Ask ask, CancellationToken cancellationToken)
    {
        Exchange exchange = await SendAsync(ask, cancellationToken).ConfigureAwait(false);
        return context.Oracle.Classify(exchange, scene.Baseline) is Verdict.Rejected { Status: not null } rejected
            ? rejected
            : await context.Oracle.JudgeAgainstAsync(ask, scene.Baseline, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Why the refusals so far prove nothing: the right token is refused as well by now; <c>null</c> when they hold.</summary>
    /// <param name="cancellationToken">The scan's token.</param>
    public async Task<Outcome?> HoldsAsync(CancellationToken cancellationToken)
    {
        string name = $"control: the right token of {scene.Owner.Name}";
        Ask own = scene.As(Actor.Of(scene.Owner).WithToken(name, scene.Credential));
        Exchange exchange = await SendAsync(own, cancellationToken).ConfigureAwait(false);
        return context.Oracle.Classify(exchange, scene.Baseline) is Verdict.Accepted
            ? null
            : await context.Oracle.JudgeAgainstAsync(own, scene.Baseline, cancellationToken).ConfigureAwait(false) switch
            {
                Verdict.Accepted when exchange.Http is HttpOutcome.Answered => new Outcome.NotTested("after refused tokens the connection refuses the right one as well, so refusals on it prove nothing"),
                Verdict.Accepted => null,
                { } doubt => new Outcome.NotTested($"the right token of {scene.Owner.Name} was no longer accepted afterwards: {doubt.Detail}"),
            };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_live is not null)
        {
            await _live.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<Exchange> SendAsync(Ask ask, CancellationToken cancellationToken)
    {
        if (_live is not { CanSend: true })
        {
            await DisposeAsync().ConfigureAwait(false);
            _live = await context.Transport.ConnectAsync(scene.As(Actor.Of(scene.Owner).WithoutApplication()), cancellationToken).ConfigureAwait(false);
        }

        return await _live.SendAsync(ask, cancellationToken).ConfigureAwait(false);
    }
}
