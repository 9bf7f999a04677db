using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Sallyport.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>Authorizes entities in hand: new ones, and those that came another way than by <see cref="IResourceGuard"/>.</summary>
/// <typeparam name="TContext">The unit of work, of the same scope.</typeparam>
public interface IEntityAuthorizer<TContext>
    where TContext : DbContext
{
    /// <summary>
    /// Asks whether the caller may do this, of the entity as stored (a new one: as given), and takes it down in the context's ledger.
    /// Saving and committing hold what is written against it.
    /// </summary>
    /// <typeparam name="TEntity">The guarded type.</typeparam>
    /// <param name="entity">A new entity, added or about to be; or one that the context tracks.</param>
    /// <param name="operation">One of <see cref="Operations"/>, or a name of the application's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UseRefusedException">It is not allowed.</exception>
    /// <exception cref="InvalidOperationException">The type is not guarded, or the context does not track the entity.</exception>
    Task AuthorizeAsync<TEntity>(TEntity entity, string operation, CancellationToken cancellationToken)
        where TEntity : class;
}
