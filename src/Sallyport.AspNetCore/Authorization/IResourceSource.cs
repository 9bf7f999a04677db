using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Where resources of a kind are read from at the moment of use: never a cache.</summary>
/// <typeparam name="TResource">The kind of resource.</typeparam>
public interface IResourceSource<TResource>
    where TResource : class
{
    /// <summary>Reads a resource as it is stored now.</summary>
    /// <param name="key">Its key, as a route or the application gives it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The resource with its version; null when there is none.</returns>
    ValueTask<StoredResource<TResource>?> FindAsync(string key, CancellationToken cancellationToken);
}
