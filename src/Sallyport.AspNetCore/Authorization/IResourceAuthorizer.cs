using System;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Decides at the last moment, from memory, whether a caller may do something with a resource in hand.</summary>
public interface IResourceAuthorizer
{
    /// <summary>Looks again at certificate and account, asks the policy, and grants.</summary>
    /// <typeparam name="TResource">The kind of resource; an <see cref="IResourcePolicy{TResource}"/> is registered for it.</typeparam>
    /// <param name="caller">Who asks; null for nobody, who is refused.</param>
    /// <param name="resource">The resource, as stored now.</param>
    /// <param name="operation">One of <see cref="Operations"/>, or a name of the application's.</param>
    /// <exception cref="UseRefusedException">It is not allowed.</exception>
    /// <exception cref="ArgumentNullException">Resource or operation is null.</exception>
    Grant<TResource> Authorize<TResource>(ICallerFeature? caller, TResource resource, string operation)
        where TResource : class;

    /// <summary>Like <see cref="Authorize"/>, for those who have an answer to a refusal.</summary>
    /// <typeparam name="TResource">The kind of resource; an <see cref="IResourcePolicy{TResource}"/> is registered for it.</typeparam>
    /// <param name="caller">Who asks; null for nobody, who is refused.</param>
    /// <param name="resource">The resource, as stored now.</param>
    /// <param name="operation">One of <see cref="Operations"/>, or a name of the application's.</param>
    /// <param name="grant">The permission; when false, a default that grants nothing.</param>
    /// <param name="refusal">Why not; null when granted.</param>
    /// <returns>Whether it is allowed.</returns>
    /// <exception cref="ArgumentNullException">Resource or operation is null.</exception>
    bool TryAuthorize<TResource>(ICallerFeature? caller, TResource resource, string operation, out Grant<TResource> grant, out UseRefusal? refusal)
        where TResource : class;
}
