using System.Collections.Immutable;

namespace Sallyport.AspNetCore.Identity;

/// <summary>All identities of a store at one moment.</summary>
/// <param name="Epoch">The number of the latest change that is in it.</param>
/// <param name="Identities">The identities.</param>
public sealed record StoredIdentities(long Epoch, ImmutableArray<CertificateIdentity> Identities);
