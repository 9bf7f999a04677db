using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <inheritdoc/>
internal sealed class EntityAuthorizer<TContext>(
    TContext context, UseGate<TContext> gate, CallerStanding callers, CurrentRequest current, RefusalRecorder recorder, IServiceProvider services)
    : IEntityAuthorizer<TContext>
    where TContext : DbContext
{
    public async Task AuthorizeAsync<TEntity>(TEntity entity, string operation, CancellationToken cancellationToken)
        where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(entity);
        ArgumentException.ThrowIfNullOrEmpty(operation);
        var kind = gate.Model(context).Find(typeof(TEntity)) ?? throw new InvalidOperationException($"{typeof(TEntity).Name} is not guarded.");
        var bearer = Bearer.Of(current.Context);
        if (callers.Of(bearer) is { Holds: false } lost)
        {
            throw await recorder.RefuseAsync(bearer.Caller, lost.Refusal, lost.Detail, cancellationToken);
        }

        var entry = context.Entry(entity);
        var isNew = entry.State == EntityState.Added || (entry.State == EntityState.Detached && operation == Operations.Create);
        if (!isNew && entry.State == EntityState.Detached)
        {
            throw new InvalidOperationException($"The context does not track this {typeof(TEntity).Name}.");
        }

        var stored = isNew ? null : await StoredAsync(entry, bearer, operation, cancellationToken);

        // After the wait, and of what is stored: the entity in hand may have been filled by anybody.
        var standing = callers.Of(bearer);
        if (!standing.Holds)
        {
            throw await recorder.RefuseAsync(bearer.Caller, standing.Refusal, standing.Detail, cancellationToken);
        }

        var policy = services.GetRequiredService<IResourcePolicy<TEntity>>();
        if (!policy.Allows(standing.Identity, stored is null ? entity : (TEntity)stored.ToObject(), operation))
        {
            throw await recorder.RefuseAsync(bearer.Caller, UseRefusal.NotAllowed, $"{operation} of {typeof(TEntity).Name}", cancellationToken);
        }

        var version = stored is null ? null : kind.VersionIn(stored);
        var stamp = new UseStamp
        {
            ResourceType = typeof(TEntity),
            Key = stored is null ? null : string.Join(',', kind.KeyOf(entry)),
            Operation = operation,
            ResourceVersion = stored is null ? null : GuardedEntity.Text(version),
            Identity = standing.Identity.Name,
            IdentityVersion = standing.Identity.Version,
            TrustEpoch = standing.TrustEpoch,
        };
        services.GetRequiredService<EntityUnit<TContext, TEntity>>()
            .Enter(new Authorized<TEntity>(entity, stamp, bearer), stored is null ? null : kind.KeyOf(entry), stored, version);
    }

    private async Task<PropertyValues> StoredAsync(EntityEntry entry, Bearer bearer, string operation, CancellationToken cancellationToken) =>
        await entry.GetDatabaseValuesAsync(cancellationToken)
        ?? throw await recorder.RefuseAsync(bearer.Caller, UseRefusal.NotFound, $"{operation} of {entry.Metadata.DisplayName()}", cancellationToken);
}
