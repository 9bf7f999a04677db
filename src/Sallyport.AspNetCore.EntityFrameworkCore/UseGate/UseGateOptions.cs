using System;
using System.Collections.Generic;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>Which entities of a DbContext are written only with an authorization.</summary>
public sealed class UseGateOptions
{
    /// <summary>
    /// Locks the caller's account while a transaction commits, so that who loses a role cannot commit any more. Null, the default, when
    /// identities live in another database: then what is known of them is at most <c>Identity.MaxStaleness</c> old.
    /// </summary>
    public IIdentityRowLock? IdentityLock { get; set; }

    internal Dictionary<Type, EntityDoor> Guarded { get; } = [];

    /// <summary>Guards an entity type with everything that derives from it and that it owns. It needs one concurrency token; an integer or Guid that the store does not make is raised by the gate.</summary>
    /// <typeparam name="TEntity">The entity; an <c>IResourcePolicy</c> is registered for it.</typeparam>
    /// <returns>These options.</returns>
    public UseGateOptions Guard<TEntity>()
        where TEntity : class
    {
        Guarded[typeof(TEntity)] = new EntityDoor<TEntity>();
        return this;
    }
}
