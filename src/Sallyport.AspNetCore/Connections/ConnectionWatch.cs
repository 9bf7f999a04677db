using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Transport;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Connections;

/// <summary>Looks at everything open whenever trust or identities changed, and once a second for the dates; ends what lost its right and nothing else.</summary>
internal sealed class ConnectionWatch(
    ConnectionRegistry registry,
    TrustHolder trust,
    CertificateJudge judge,
    IEnumerable<IIdentityDirectory> directories,
    IOptions<SallyportOptions> options,
    TimeProvider time,
    GuardJournal journal,
    GuardFaults? faults = null) : BackgroundService
{
    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _due = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly IIdentityDirectory? _directory = directories.FirstOrDefault();
    private readonly ConnectionOptions _options = options.Value.Connections;

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the first connection: what is published from here on is heard.
        trust.Subscribe(_ => Due());
        _directory?.Subscribe(_ => Due());
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Whether what was just entered into the registry may stay: closes the gap between its verdict and its entry.</summary>
    /// <returns>Null when it may; the reason otherwise.</returns>
    public string? WhyNot(OpenConnection connection)
    {
        var now = time.GetUtcNow();
        return connection.Standing.Recheck(judge, trust.Current?.Epoch ?? 0, now) is { } refusal
            ? refusal.Reason.ToString()
            : _directory is not null && connection.LosesIdentity(_directory, now) ? "IdentityLost" : null;
    }

    /// <summary>Looks at everything open, and again for as long as something changes meanwhile.</summary>
    public void Sweep()
    {
        LookUp();
        while (!TryVerify())
        {
            // A pass that was interrupted by news leaves little to do: what it has judged is judged by what counts now, or once more.
        }
    }

    /// <summary>What one look-up tells, and must not wait for signatures: identities and the deny list.</summary>
    private void LookUp()
    {
        foreach (var connection in registry.All)
        {
            if (connection.AbortAt is null)
            {
                Guarded(connection, LookUp);
            }
        }
    }

    private void LookUp(OpenConnection connection)
    {
        var now = time.GetUtcNow();
        if (_directory is not null && connection.LosesIdentity(_directory, now))
        {
            End(connection, "IdentityLost", _options.OnRevoked);
        }
        else if (trust.Current is { } state
            && state.Revocation.Denies(connection.Standing.Certificate.Thumbprint)
            && connection.Standing.Recheck(judge, state.Epoch, now) is { } refusal)
        {
            End(connection, refusal.Reason.ToString(), _options.OnRevoked);
        }
    }

    /// <summary>One connection whose look breaks keeps no other from being looked at.</summary>
    private void Guarded(OpenConnection connection, Action<OpenConnection> look)
    {
        try
        {
            look(connection);
        }
        catch (Exception e) when (GuardFaults.MayGoOn(e))
        {
            faults?.Tell("connection watch", e);
        }
    }

    /// <summary>Verifies every certificate again that was verified by an earlier epoch, and compares the dates.</summary>
    /// <returns>False when something changed meanwhile, so that a further pass is due.</returns>
    private bool TryVerify()
    {
        var isLast = true;
        Dictionary<CertificateThumbprint, CertificateStanding> standing = [];
        foreach (var connection in registry.All)
        {
            if (_due.Reader.TryRead(out _))
            {
                isLast = false;
                LookUp();
            }

            Guarded(connection, open => Verify(open, standing));
        }

        return isLast;
    }

    private void Verify(OpenConnection connection, Dictionary<CertificateThumbprint, CertificateStanding> standing)
    {
        var now = time.GetUtcNow();
        if (connection.AbortAt is { } due)
        {
            if (now >= due)
            {
                connection.Abort();
            }

            return;
        }

        var certificate = connection.Standing.Certificate.Thumbprint;
        if (standing.TryGetValue(certificate, out var known))
        {
            connection.Standing.Follow(known);
        }

        if (connection.Standing.Recheck(judge, trust.Current?.Epoch ?? 0, now) is { } refusal)
        {
            End(connection, refusal.Reason.ToString(), _options.OnRevoked);
            return;
        }

        standing[certificate] = connection.Standing;
        if (now - connection.OpenedAt >= _options.MaxLifetime)
        {
            End(connection, "MaxLifetime", ConnectionAction.Drain);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var timer = time.CreateTimer(_ => Due(), null, _tick, _tick);
        try
        {
            await foreach (var _ in _due.Reader.ReadAllAsync(stoppingToken))
            {
                Sweep();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops, and Kestrel closes what is open.
        }
    }

    private void Due() => _due.Writer.TryWrite(true);

    private void End(OpenConnection connection, string why, ConnectionAction action)
    {
        if (action is ConnectionAction.Drain)
        {
            connection.AbortAt = time.GetUtcNow() + _options.DrainTimeout;
            connection.Drain();
        }
        else
        {
            connection.AbortAt = DateTimeOffset.MinValue;
            connection.Abort();
        }

        journal.ConnectionClosed(connection, why);
    }
}
