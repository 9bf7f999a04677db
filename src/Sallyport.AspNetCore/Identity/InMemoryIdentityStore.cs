using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Identity;

/// <summary>Identities in memory: for tests, and for programs whose identities are written in their own code. Safe to use from several threads.</summary>
public sealed class InMemoryIdentityStore : ICertificateIdentityStore
{
    private readonly Lock _gate = new();
    private ImmutableDictionary<string, CertificateIdentity> _identities = ImmutableDictionary.Create<string, CertificateIdentity>(StringComparer.Ordinal);
    private ImmutableHashSet<CertificateThumbprint> _revoked = [];
    private TaskCompletionSource _changed = NewSignal();
    private long _epoch = 1;

    /// <summary>Adds an identity; its version becomes the epoch of this change.</summary>
    /// <param name="identity">The identity.</param>
    /// <exception cref="ArgumentNullException">The identity is null.</exception>
    /// <exception cref="ArgumentException">There is one of its name already.</exception>
    public void Add(CertificateIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        Change(() => _identities.ContainsKey(identity.Name)
            ? throw new ArgumentException("There is an identity of this name already.", nameof(identity))
            : _identities.Add(identity.Name, identity with { Version = _epoch + 1 }));
    }

    /// <summary>Replaces the identity of the same name; its version becomes the epoch of this change.</summary>
    /// <param name="identity">The identity as it is from now on.</param>
    /// <exception cref="ArgumentNullException">The identity is null.</exception>
    /// <exception cref="KeyNotFoundException">There is none of its name.</exception>
    public void Replace(CertificateIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        Change(() => _identities.ContainsKey(identity.Name)
            ? _identities.SetItem(identity.Name, identity with { Version = _epoch + 1 })
            : throw new KeyNotFoundException("There is no identity of this name."));
    }

    /// <summary>Removes an identity.</summary>
    /// <param name="name">Its name, compared exactly.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ArgumentNullException">The name is null.</exception>
    public bool Remove(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (_gate)
        {
            return _identities.ContainsKey(name) && Change(() => _identities.Remove(name));
        }
    }

    /// <summary>Makes a certificate nobody's, for good, whichever identity it fits.</summary>
    /// <param name="certificate">The SHA-256 of the certificate.</param>
    public void Revoke(CertificateThumbprint certificate) => Change(() =>
    {
        _revoked = _revoked.Add(certificate);
        return _identities;
    });

    /// <inheritdoc/>
    public ValueTask<long> ReadEpochAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult(_epoch);
        }
    }

    /// <inheritdoc/>
    public ValueTask<StoredIdentities> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult(new StoredIdentities(_epoch, [.. _identities.Values]) { Revoked = [.. _revoked] });
        }
    }

    /// <inheritdoc/>
    public Task WaitForChangeAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _changed.Task.WaitAsync(cancellationToken);
        }
    }

    private bool Change(Func<ImmutableDictionary<string, CertificateIdentity>> change)
    {
        lock (_gate)
        {
            _identities = change();
            _epoch++;
            _changed.SetResult();
            _changed = NewSignal();
            return true;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
