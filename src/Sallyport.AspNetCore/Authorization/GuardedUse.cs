using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>What asynchronous work gets from <see cref="IResourceGuard"/>: the resource, read and authorized in the work's own unit.</summary>
/// <typeparam name="TResource">The kind of resource.</typeparam>
public sealed class GuardedUse<TResource>
    where TResource : class
{
    internal GuardedUse(TResource resource, CertificateIdentity identity, UseStamp stamp)
    {
        Resource = resource;
        Identity = identity;
        Stamp = stamp;
    }

    /// <summary>The resource, as stored now.</summary>
    public TResource Resource { get; }

    /// <summary>The account that it was authorized for.</summary>
    public CertificateIdentity Identity { get; }

    /// <summary>What the authorization was true for.</summary>
    public UseStamp Stamp { get; }
}
