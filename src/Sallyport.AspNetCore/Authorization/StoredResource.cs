namespace Sallyport.AspNetCore.Authorization;

/// <summary>A resource and the version that it was read in.</summary>
/// <typeparam name="TResource">The kind of resource.</typeparam>
/// <param name="Resource">The resource.</param>
/// <param name="Version">Differs after every change: a row version, an ETag.</param>
public sealed record StoredResource<TResource>(TResource Resource, string Version)
    where TResource : class;
