using System.Data.Common;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>Holds an account as it is until a transaction ends. For identities that live in the same database as the resources.</summary>
public interface IIdentityRowLock
{
    /// <summary>Locks an account's row against every change until the transaction ends, and reads its version.</summary>
    /// <param name="connection">The open connection.</param>
    /// <param name="transaction">The transaction that is about to commit.</param>
    /// <param name="name">The account's name.</param>
    /// <returns>The version that counts now; null when there is no such account.</returns>
    long? Lock(DbConnection connection, DbTransaction transaction, string name);

    /// <summary>Locks an account's row against every change until the transaction ends, and reads its version.</summary>
    /// <param name="connection">The open connection.</param>
    /// <param name="transaction">The transaction that is about to commit.</param>
    /// <param name="name">The account's name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The version that counts now; null when there is no such account.</returns>
    Task<long?> LockAsync(DbConnection connection, DbTransaction transaction, string name, CancellationToken cancellationToken);
}
