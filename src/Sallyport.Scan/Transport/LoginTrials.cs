using System;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Transport;

/// <summary>Attempts to log in as one identity, over a connection that is kept while the server keeps it.</summary>
/// <remarks>Wrong logins go to disposable identities only, and need active mode (CONTRACTS.md, "Modes").</remarks>
/// <param name="transport">Opens connections, and counts.</param>
/// <param name="identity">The identity.</param>
/// <param name="login">Its login.</param>
internal sealed class LoginTrials(ScanTransport transport, Identity identity, Login login) : IAsyncDisposable
{
    private LiveConnection? _live;

    /// <summary>Makes one attempt.</summary>
    /// <param name="trial">The attempt.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The exchange; its duration is from the sent request to the end of the answer. <c>null</c> when it is not to be seen which field of the login is which.</returns>
    /// <exception cref="ProbeRefusedException">A wrong login on an identity that is not disposable, or below active mode.</exception>
    public async Task<Exchange?> TryAsync(LoginTrial trial, CancellationToken cancellationToken)
    {
        Guard(trial);
        if (LoginRequest.With(login, trial.User, trial.Password?.Reveal()) is not { } request)
        {
            return null;
        }

        bool kept = _live is { IsClean: true };
        Exchange exchange = await SendAsync(trial, request, cancellationToken).ConfigureAwait(false);
        // The server may have closed it while it was idle: that says nothing of this login.
        return kept && (exchange.Http is null or HttpOutcome.Closed { BytesReceived: 0 })
            ? await SendAsync(trial, request, cancellationToken).ConfigureAwait(false)
            : exchange;
    }

    /// <summary>Sends the configured login, which every mode allows, over a connection of its own.</summary>
    /// <param name="transport">Opens the connection, and counts.</param>
    /// <param name="identity">The identity.</param>
    /// <param name="request">The login's request.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    internal static async Task<Exchange> OnceAsync(ScanTransport transport, Identity identity, RawHttpRequest request, CancellationToken cancellationToken)
    {
        LiveConnection live = await transport.ConnectLoginAsync(identity, cancellationToken).ConfigureAwait(false);
        await using (live.ConfigureAwait(false))
        {
            return Obstacle(live.Opened, identity) is null
                ? await live.SendLoginAsync(live.Opened.Ask with { Request = request }, cancellationToken).ConfigureAwait(false)
                : live.Opened;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _live?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<Exchange> SendAsync(LoginTrial trial, RawHttpRequest request, CancellationToken cancellationToken)
    {
        if (_live is not { IsClean: true })
        {
            await DisposeAsync().ConfigureAwait(false);
            _live = await transport.ConnectLoginAsync(identity, cancellationToken).ConfigureAwait(false);
        }

        Ask ask = _live.Opened.Ask with { Title = trial.Title, Mode = ScanMode.Safe, Request = request with { Headers = [.. request.Headers, .. trial.Headers] } };
        if (Obstacle(_live.Opened, identity) is { } obstacle)
        {
            return _live.Opened with { Ask = ask, NotSent = obstacle };
        }

        long start = transport.Time.GetTimestamp();
        Exchange exchange = await _live.SendLoginAsync(ask, cancellationToken).ConfigureAwait(false);
        return exchange with { Duration = transport.Time.GetElapsedTime(start) };
    }

    private static string? Obstacle(Exchange opened, Identity identity) => opened.Opening is Opening.Secured or Opening.Plain
        ? ScanTransport.Distrust(opened)
        : $"the connection for the login of {identity.Name} did not open";

    private void Guard(LoginTrial trial)
    {
        if (trial is { IsConfigured: false, OfOwnAccount: false } && !identity.Disposable)
        {
            throw new ProbeRefusedException($"{identity.Name} is not declared disposable, so no wrong login is tried", $"identities.{identity.Name} with disposable: true");
        }

        if (!trial.IsConfigured && transport.Mode < ScanMode.Active)
        {
            throw new ProbeRefusedException($"the probe \"{trial.Title}\" is active, the scan is not", "--mode active");
        }
    }
}
