using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>Registers the use gate of one entity type, where the type is known.</summary>
internal abstract class EntityDoor
{
    public abstract void AddTo<TContext>(IServiceCollection services)
        where TContext : DbContext;
}

/// <inheritdoc/>
internal sealed class EntityDoor<TEntity> : EntityDoor
    where TEntity : class
{
    public override void AddTo<TContext>(IServiceCollection services)
    {
        services.AddScoped<EntityUnit<TContext, TEntity>>();
        services.AddScoped<IResourceSource<TEntity>>(provider => provider.GetRequiredService<EntityUnit<TContext, TEntity>>());
        services.AddScoped<IGuardedUnit<TEntity>>(provider => provider.GetRequiredService<EntityUnit<TContext, TEntity>>());
    }
}
