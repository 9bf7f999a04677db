using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Tests.Lab;

/// <summary>A directory that holds what the test puts there, matched by SHA-256.</summary>
internal sealed class ListedIdentities(TimeProvider time) : IIdentityDirectory
{
    private readonly Lock _gate = new();
    private ImmutableArray<Action<long>> _listeners = [];
    private ImmutableArray<CertificateIdentity> _identities = [];
    private long _epoch;

    public long Epoch => Volatile.Read(ref _epoch);

    /// <summary>Whether it says that it knows nothing.</summary>
    public bool IsStale { get; set; }

    /// <summary>The certificate whose look-up throws.</summary>
    public CertificateThumbprint? BreaksFor { get; set; }

    public static CertificateIdentity Identity(string name, CertificateThumbprint thumbprint) =>
        new() { Name = name, Matches = [new CertificateMatch.Sha256(thumbprint)] };

    public void Publish(params CertificateIdentity[] identities)
    {
        long epoch;
        lock (_gate)
        {
            _identities = [.. identities];
            epoch = ++_epoch;
        }

        foreach (var listener in _listeners)
        {
            listener(epoch);
        }
    }

    public IdentityAnswer Find(VerifiedClientCertificate certificate) => BreaksFor == certificate.Thumbprint ? throw new InvalidOperationException("broken") : Answer(identity =>
        identity.Matches.OfType<CertificateMatch.Sha256>().Any(match => match.Thumbprint == certificate.Thumbprint));

    public IdentityAnswer FindByName(string name) => Answer(identity => identity.Name == name);

    public void Subscribe(Action<long> listener) => _listeners = _listeners.Add(listener);

    private IdentityAnswer Answer(Func<CertificateIdentity, bool> isIt)
    {
        lock (_gate)
        {
            var found = _identities.Where(isIt).ToArray();
            return found switch
            {
                _ when IsStale => new IdentityAnswer.Stale(),
                [] => new IdentityAnswer.Unmapped(),
                [var one] when one.IsActive(time.GetUtcNow()) => new IdentityAnswer.Known(one, _epoch),
                [var one] => new IdentityAnswer.Inactive(one.Name),
                _ => new IdentityAnswer.Ambiguous(),
            };
        }
    }
}
