using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>Keeps every issuer's keys fresh in the background: by the clock, and sooner when a token names a key that nobody knows.</summary>
internal sealed partial class KeyRefresher(
    TokenIssuers issuers, KeyReader reader, IOptions<SallyportOptions> options, TimeProvider time, ILogger<KeyRefresher> logger) : BackgroundService
{
    private static readonly TimeSpan _startLimit = TimeSpan.FromSeconds(10);

    /// <summary>Reads every issuer's keys once before the application serves, so that the first request finds them; an issuer that is away delays the start a little, and no more.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (TokenIssuer issuer in issuers.All.Where(issuer => issuer.Options.UnsafeAllowHttp))
        {
            LogUnsafe(issuer.Name);
        }

        using var limit = new CancellationTokenSource(_startLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await Task.WhenAll(issuers.All.Select(issuer => ReadAsync(issuer, either.Token)));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogSlow();
        }

        await base.StartAsync(cancellationToken);
    }

    /// <summary>Reads an issuer's keys now. What cannot be used changes nothing: the last good ones stay until they are too old.</summary>
    public async Task ReadAsync(TokenIssuer issuer, CancellationToken cancellationToken)
    {
        try
        {
            ReadOnlyMemory<byte> bytes = await reader.ReadAsync(issuer.Options, cancellationToken);
            ImmutableArray<VerificationKey> keys = JsonWebKeys.Read(bytes, out string? problem);
            if (problem is not null)
            {
                LogKept(issuer.Name, problem);
                return;
            }

            ImmutableArray<VerificationKey> before = issuer.Keys?.Keys ?? [];

            // A key that was only read again stays the object that it was, with what it has set up.
            issuer.Publish(new KeySet([.. keys.Select(key => before.FirstOrDefault(key.Equals) ?? key)], time.GetUtcNow()));
            if (!before.SequenceEqual(keys))
            {
                LogChanged(issuer.Name, keys.Length);
            }
        }
        catch (IOException e)
        {
            LogKept(issuer.Name, e.Message);
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(issuers.All.Select(issuer => KeepAsync(issuer, stoppingToken)));

    private async Task KeepAsync(TokenIssuer issuer, CancellationToken cancellationToken)
    {
        TimeSpan interval = issuer.Options.KeyFile is null ? issuer.Options.RefreshInterval : options.Value.Trust.PollInterval;
        TimeSpan least = issuer.Options.KeyFile is null && issuer.Options.MinRefreshInterval < interval ? issuer.Options.MinRefreshInterval : interval;
        while (true)
        {
            // Whoever wants the keys within the least time waits for its end with everybody else.
            await Task.Delay(least, time, cancellationToken);
            if (interval > least)
            {
                await UntilWantedAsync(issuer, interval - least, cancellationToken);
            }

            await ReadAsync(issuer, cancellationToken);
        }
    }

    private async Task UntilWantedAsync(TokenIssuer issuer, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var end = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
        try
        {
            await issuer.WaitUntilWantedAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nobody wanted them: the interval is over.
        }
    }

    [LoggerMessage(EventId = 2380, Level = LogLevel.Information, Message = "The keys of {Issuer} have changed; there are {Count} now.")]
    private partial void LogChanged(string issuer, int count);

    [LoggerMessage(EventId = 2381, Level = LogLevel.Warning, Message = "The keys of {Issuer} could not be read ({Problem}); the last good ones stay until they are too old.")]
    private partial void LogKept(string issuer, string problem);

    [LoggerMessage(EventId = 2382, Level = LogLevel.Warning, Message = "Not all issuers gave their keys in time; tokens of those are refused until they do.")]
    private partial void LogSlow();

    [LoggerMessage(EventId = 2383, Level = LogLevel.Warning, Message = "The keys of {Issuer} may come over plain HTTP (UnsafeAllowHttp): whoever is on the way can sign its tokens.")]
    private partial void LogUnsafe(string issuer);
}
