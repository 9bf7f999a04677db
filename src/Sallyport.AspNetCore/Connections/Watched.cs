using System;
using System.Net;
using System.Threading;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.Connections;

/// <summary>Something that is open because of a certificate, and ends when the certificate or its identity loses its right: a connection, or a request of a forwarded identity.</summary>
internal abstract class Watched(CertificateStanding standing, EndPoint? remote, DateTimeOffset openedAt)
{
    private readonly Lock _gate = new();
    private string? _identity;
    private long _identityEpoch = -1;
    private DateTimeOffset? _identityUntil;

    /// <summary>How its certificate stands.</summary>
    public CertificateStanding Standing { get; } = standing;

    /// <summary>Who is at the other end.</summary>
    public EndPoint? Remote { get; } = remote;

    /// <summary>When it was opened.</summary>
    public DateTimeOffset OpenedAt { get; } = openedAt;

    /// <summary>Whose it was when identities were last looked at; null when nobody's.</summary>
    public string? Identity => Volatile.Read(ref _identity);

    /// <summary>When it is cut because it drains; null while it does not. Only the watch reads and writes it.</summary>
    public DateTimeOffset? AbortAt { get; set; }

    /// <summary>Cuts it at once. Safe from any thread, and more than once.</summary>
    public abstract void Abort();

    /// <summary>Lets it finish what is in flight and takes nothing new.</summary>
    public abstract void Drain();

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
