using System;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Sallyport.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>Reads a guarded entity as stored, and runs its uses in a transaction that the gate watches.</summary>
internal sealed class EntityUnit<TContext, TEntity>(
    TContext context, UseGate<TContext> gate, IResourcePolicy<TEntity> policy, RefusalRecorder recorder, CurrentRequest current)
    : IResourceSource<TEntity>, IGuardedUnit<TEntity>
    where TContext : DbContext
    where TEntity : class
{
    private GuardedEntity Kind => gate.Model(context).Find(typeof(TEntity)) ?? throw new InvalidOperationException($"{typeof(TEntity).Name} is not guarded.");

    public async ValueTask<StoredResource<TEntity>?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var kind = Kind;
        if (kind.ParseKey(key) is not { } value)
        {
            return null;
        }

        var known = context.Set<TEntity>().Local.FindEntryUntyped([value]);
        var entity = known?.Entity ?? await context.Set<TEntity>().FindAsync([value], cancellationToken);
        if (entity is null)
        {
            return null;
        }

        var entry = context.Entry(entity);
        if (entry.State != EntityState.Unchanged)
        {
            throw new InvalidOperationException($"{typeof(TEntity).Name} was changed in this unit of work before it was authorized.");
        }

        if (known is not null)
        {
            // What the context remembers may be old: the decision is about what is stored now.
            await entry.ReloadAsync(cancellationToken);
        }

        return entry.State == EntityState.Unchanged ? new StoredResource<TEntity>(entity, GuardedEntity.Text(kind.StoredVersion(entry))) : null;
    }

    public async Task<TResult> RunAsync<TResult>(string operation, Func<CancellationToken, Task<TResult>> attempt, CancellationToken cancellationToken)
    {
        try
        {
            return operation == Operations.Read ? await attempt(cancellationToken)
                : context.Database.CurrentTransaction is null ? await InTransactionAsync(attempt, cancellationToken)
                : await SaveAsync(attempt, cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is UseRefusedException refused)
        {
            ExceptionDispatchInfo.Throw(refused);
            throw;
        }
        catch (Exception e) when (Conflict.Is(e))
        {
            // Here, after whatever strategy the application has for trying again.
            throw await recorder.RefuseAsync(
                current.Context?.Features.Get<ICallerFeature>(), UseRefusal.Changed, UseConflicts.Detail, cancellationToken, e);
        }
    }

    public void Enter(Authorized<TEntity> authorized)
    {
        var kind = Kind;
        var entry = context.Entry(authorized.Resource);
        Enter(authorized, kind.KeyOf(entry), entry.OriginalValues.Clone(), kind.StoredVersion(entry));
    }

    /// <summary>Takes down an authorization for an entity as it is stored, or for a new one.</summary>
    public void Enter(Authorized<TEntity> authorized, object?[]? key, PropertyValues? before, object? version)
    {
        var transaction = context.Database.CurrentTransaction?.TransactionId;
        if (transaction is not null || authorized.Stamp.Operation != Operations.Read)
        {
            // What is read outside of a transaction is compared by none.
            gate.Ledger(context).Add(new LedgerLine<TEntity>(policy, authorized.Stamp, authorized.Bearer, Kind, authorized.Resource, key, before, version, transaction));
        }
    }

    private async Task<TResult> InTransactionAsync<TResult>(Func<CancellationToken, Task<TResult>> attempt, CancellationToken cancellationToken)
    {
        var attempts = 0;
        return await context.Database.CreateExecutionStrategy().ExecuteAsync(
            async cancelled =>
            {
                if (attempts++ > 0)
                {
                    // What the failed attempt left in memory is not in the store.
                    context.ChangeTracker.Clear();
                }

                await using var transaction = await context.Database.BeginTransactionAsync(cancelled);
                var result = await SaveAsync(attempt, cancelled);
                await transaction.CommitAsync(cancelled);
                return result;
            },
            cancellationToken);
    }

    private async Task<TResult> SaveAsync<TResult>(Func<CancellationToken, Task<TResult>> attempt, CancellationToken cancellationToken)
    {
        var result = await attempt(cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        return result;
    }
}
