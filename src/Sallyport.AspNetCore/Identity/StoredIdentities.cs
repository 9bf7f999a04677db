using System.Collections.Immutable;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Identity;

/// <summary>All identities of a store at one moment.</summary>
/// <param name="Epoch">The number of the latest change that is in it.</param>
/// <param name="Identities">The identities.</param>
public sealed record StoredIdentities(long Epoch, ImmutableArray<CertificateIdentity> Identities)
{
    /// <summary>Certificates that are nobody's any more, whichever identity they fit; none by default.</summary>
    public ImmutableArray<CertificateThumbprint> Revoked { get; init; } = [];
}
