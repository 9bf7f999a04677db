using System;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sallyport.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>Adds the use gate to a DbContext.</summary>
public static class SallyportUseGateExtensions
{
    /// <summary>Lets entities of a DbContext be written only with an authorization that still counts when the transaction commits.</summary>
    /// <typeparam name="TContext">The context, registered with AddDbContext, before or after.</typeparam>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Says which entities.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">No entity is guarded.</exception>
    /// <remarks>
    /// Not seen: commands made from the context's connection itself, what triggers, views and functions of the database do, and other
    /// kinds of DbContext over the same tables. Who writes without a caller, such as a job, uses such a context on purpose.
    /// </remarks>
    public static IServiceCollection AddSallyportUseGate<TContext>(this IServiceCollection services, Action<UseGateOptions> configure)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new UseGateOptions();
        configure(options);
        if (options.Guarded.Count == 0)
        {
            throw new ArgumentException("No entity is guarded.", nameof(configure));
        }

        foreach (var door in options.Guarded.Values)
        {
            door.AddTo<TContext>(services);
        }

        services.AddSingleton(provider => new UseGate<TContext>(options, provider.GetRequiredService<CallerStanding>()));
        services.AddScoped<IEntityAuthorizer<TContext>, EntityAuthorizer<TContext>>();
        services.AddSingleton<IHostedService, UseGateStart<TContext>>();
        return services.ConfigureDbContext<TContext>((provider, context) =>
        {
            var gate = provider.GetRequiredService<UseGate<TContext>>();
            var recorder = provider.GetRequiredService<RefusalRecorder>();
            var conflicts = provider.GetRequiredService<UseConflicts>();
            context.AddInterceptors(
                new SavingInterceptor(gate, recorder, conflicts),
                new TransactionInterceptor(gate, recorder, conflicts),
                new CommandInterceptor(gate, recorder, conflicts));
        });
    }
}
