using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Sessions;
using Sallyport.AspNetCore.Tokens;
using Sallyport.AspNetCore.Transport;

namespace Sallyport.AspNetCore.Connections;

/// <summary>The requests under way: ended alone when their token or session ends, or when a changed account no longer meets the policy of their route.</summary>
/// <remarks>
/// For what stays open: web sockets, event streams, streams of gRPC. Whoever loses the certificate or the account loses the connection
/// (<see cref="ConnectionWatch"/>); this is about who keeps both. Every request enters, as none says beforehand how long it will take.
/// </remarks>
internal sealed class OpenRequests(
    CallerReplay replay,
    IIdentityDirectory directory,
    IBoundSessionStore sessions,
    ITokenDenyList denied,
    IOptions<SallyportOptions> options,
    TimeProvider time,
    GuardJournal journal,
    ConnectionRegistry connections,
    GuardFaults faults) : BackgroundService
{
    /// <summary>How often sessions are looked up that may have been ended on another node.</summary>
    public static readonly TimeSpan SessionInterval = TimeSpan.FromSeconds(5);

    private const int MaxAtOnce = 4;
    private const string Part = "open requests";
    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _decisionTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _tail = TimeSpan.FromSeconds(5);

    private readonly OpenRequestList _open = new(connections);
    private readonly Channel<bool> _due = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TimeSpan _skew = options.Value.Tokens.ClockSkew;
    private readonly TimeSpan _undecidedFor = options.Value.Identity.MaxStaleness;
    private ImmutableHashSet<string> _ended = [];
    private DateTimeOffset _sessionsAskedAt;
    private long _lastEpoch;

    /// <summary>How many are under way.</summary>
    public int Count => _open.All().Count;

    /// <summary>Enters a request that passed every gate; it leaves when the answer is disposed.</summary>
    public OpenRequest Enter(HttpContext context, ICallerFeature caller) => Enter(new OpenRequest(context, caller, time.GetUtcNow(), _skew));

    /// <summary>The same for one that has neither token nor session.</summary>
    public OpenRequest EnterByCertificate(HttpContext context, ICallerFeature caller, GuardedConnection connection) => Enter(new OpenRequest(context, caller, connection));

    private OpenRequest Enter(OpenRequest request)
    {
        _open.Add(request);
        if (Volatile.Read(ref _lastEpoch) > request.Caller.IdentityEpoch)
        {
            // A change between the decision and the entry was told to nobody.
            Due();
        }

        return request;
    }

    /// <summary>Sessions of an identity ended here: whoever is on one of them is looked at now.</summary>
    public void SessionsEnded(string identity)
    {
        if (!_open.IsEmpty)
        {
            ImmutableInterlocked.Update(ref _ended, static (all, one) => all.Add(one), identity);
            Due();
        }
    }

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        directory.Subscribe(epoch =>
        {
            Volatile.Write(ref _lastEpoch, epoch);
            Due();
        });
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var timer = time.CreateTimer(_ => Tick(), null, _tick, _tick);
        try
        {
            await foreach (var _ in _due.Reader.ReadAllAsync(stoppingToken))
            {
                try
                {
                    await SweepAsync(stoppingToken);
                }
                catch (Exception e) when (GuardFaults.MayGoOn(e) && !stoppingToken.IsCancellationRequested)
                {
                    faults.Tell(Part, e);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops, and Kestrel closes what is open.
        }
    }

    private void Due() => _due.Writer.TryWrite(true);

    /// <summary>What the clock and memory tell: by the timer, so that no policy that takes long holds it up.</summary>
    private void Tick()
    {
        var now = time.GetUtcNow();
        foreach (var request in _open.All())
        {
            try
            {
                if (WhyOver(request, now) is { } why)
                {
                    End(request, why);
                }
            }
            catch (Exception e) when (GuardFaults.MayGoOn(e))
            {
                faults.Tell(Part, e);
            }
        }

        Due();
    }

    private string? WhyOver(OpenRequest request, DateTimeOffset now) =>
        now >= request.TokenEndsAt ? "token-expired"
        : request.Token is { JwtId: { } id } token && denied.IsDenied(token.Issuer, id) ? "token-denied"
        : request.HasSession && now >= request.Session()?.EndsAt ? "session-expired"
        : null;

    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        var now = time.GetUtcNow();
        var ended = Interlocked.Exchange(ref _ended, []);
        var all = now - _sessionsAskedAt >= SessionInterval;
        if (all || !ended.IsEmpty)
        {
            _sessionsAskedAt = all ? now : _sessionsAskedAt;
            await AllAsync(_open.All().Where(request => request.HasSession && (all || ended.Contains(request.Caller.Identity.Name))), AskSessionAsync, LateSession, stoppingToken);
        }

        await AllAsync(_open.All().Where(IsChanged), AskPolicyAsync, LatePolicy, stoppingToken);
    }

    private bool IsChanged(OpenRequest request) =>
        request.UndecidedSince is not null
        || (directory.Find(request.Caller.Certificate) is IdentityAnswer.Known { Identity: var identity }
            && (identity.Version != request.CheckedVersion || !IsOf(request, identity)));

    private static bool IsOf(OpenRequest request, CertificateIdentity identity) => string.Equals(identity.Name, request.Caller.Identity.Name, StringComparison.Ordinal);

    private async ValueTask AskSessionAsync(OpenRequest request, CancellationToken cancellationToken)
    {
        if (request.Session() is { } session && await sessions.FindAsync(session.Key, cancellationToken) is null && request.Session()?.Key == session.Key)
        {
            End(request, "session-ended");
        }

        request.UnknownSince = null;
    }

    private async ValueTask AskPolicyAsync(OpenRequest request, CancellationToken cancellationToken)
    {
        // Whoever has no account any more loses more than this request, by what the connections' options say; and stale passes by itself.
        if (directory.Find(request.Caller.Certificate) is not IdentityAnswer.Known { Identity: var identity })
        {
            return;
        }

        if (!IsOf(request, identity))
        {
            if (request.Caller.IsForwarded)
            {
                End(request, "identity-lost");
            }
        }
        else if (!await replay.HoldsAsync(request, cancellationToken))
        {
            End(request, "policy");
        }
        else if (request.Session() is { } session && session.IdentityVersion != identity.Version)
        {
            // No request of the session is taken from here on. One that has only just begun may still answer.
            if (time.GetUtcNow() - request.EnteredAt >= _tail)
            {
                End(request, "session-over");
            }
        }
        else
        {
            request.UndecidedSince = null;
            request.CheckedVersion = identity.Version;
        }
    }

    private Task AllAsync(
        IEnumerable<OpenRequest> requests, Func<OpenRequest, CancellationToken, ValueTask> ask, Func<OpenRequest, DateTimeOffset> late, CancellationToken stoppingToken) =>
        Parallel.ForEachAsync(
            requests,
            new ParallelOptions { MaxDegreeOfParallelism = MaxAtOnce, CancellationToken = stoppingToken },
            async (request, token) =>
            {
                using var limit = new CancellationTokenSource(_decisionTime, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, token);
                try
                {
                    await ask(request, either.Token);
                }
                catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
                {
                    throw;
                }
                catch (Exception e) when (GuardFaults.MayGoOn(e))
                {
                    faults.Tell(Part, e);
                    if (time.GetUtcNow() - late(request) >= _undecidedFor)
                    {
                        // It is asked about again with the next round, and ends when that lasts.
                        End(request, "undecided");
                    }
                }
            });

    private DateTimeOffset LatePolicy(OpenRequest request) => request.UndecidedSince ??= time.GetUtcNow();

    private DateTimeOffset LateSession(OpenRequest request) => request.UnknownSince ??= time.GetUtcNow();

    private void End(OpenRequest request, string why)
    {
        var route = request.Read(RefusalRecorder.Route);
        if (request.TryAbort())
        {
            OpenRequestList.Remove(request);
            journal.RequestAborted(request, why, route);
        }
    }
}
