using System;
using System.Net;
using System.Threading;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.Connections;

/// <summary>A connection in the registry: from the moment its certificate is verified, before its handshake is over, until it is closed.</summary>
internal sealed class OpenConnection(GuardedConnection guarded, ConnectionContext context, DateTimeOffset openedAt)
{
    private readonly Lock _gate = new();
    private string? _identity;
    private long _identityEpoch = -1;
    private DateTimeOffset? _identityUntil;

    /// <summary>What the requests on it see.</summary>
    public GuardedConnection Guarded { get; } = guarded;

    /// <summary>How its certificate stands.</summary>
    public CertificateStanding Standing => Guarded.Standing;

    /// <summary>Who is at the other end.</summary>
    public EndPoint? Remote => Guarded.Remote;

    /// <summary>When it was opened.</summary>
    public DateTimeOffset OpenedAt { get; } = openedAt;

    /// <summary>Whose it was when identities were last looked at; null when nobody's.</summary>
    public string? Identity => Volatile.Read(ref _identity);

    /// <summary>When it is cut because it drains; null while it does not. Only the watch reads and writes it.</summary>
    public DateTimeOffset? AbortAt { get; set; }

    /// <summary>Cuts it at once. Safe from any thread, and more than once.</summary>
    public void Abort() => context.Abort(new ConnectionAbortedException("The client certificate of this connection no longer counts."));

    /// <summary>Lets it finish what is in flight and takes nothing new.</summary>
    public void Drain() => context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();

    /// <summary>Looks again whose it is, when the epoch or the clock says that this may have changed.</summary>
    /// <param name="directory">Who knows.</param>
    /// <param name="now">The clock's reading.</param>
    /// <returns>Whether it was somebody's and no longer is that somebody's. Being nobody's from the start is no loss: authentication refuses each request.</returns>
    public bool LosesIdentity(IIdentityDirectory directory, DateTimeOffset now)
    {
        lock (_gate)
        {
            var epoch = directory.Epoch;
            if (epoch == _identityEpoch && !(now > _identityUntil))
            {
                return false;
            }

            var answer = directory.Find(Standing.Certificate);
            switch (answer)
            {
                case IdentityAnswer.Stale:
                    // Every request is refused while that lasts. It passes, so nothing is cut for it.
                    return false;
                case IdentityAnswer.Known known when _identity is null || known.Identity.Name == _identity:
                    Volatile.Write(ref _identity, known.Identity.Name);
                    _identityUntil = known.Identity.NotAfter;
                    _identityEpoch = epoch;
                    return false;
                default:
                    _identityEpoch = epoch;
                    return _identity is not null;
            }
        }
    }
}
