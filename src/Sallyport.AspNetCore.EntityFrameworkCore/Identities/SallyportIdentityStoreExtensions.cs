using System;
using System.IO;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Identities;

/// <summary>Keeps the guard's identities in a database.</summary>
public static partial class SallyportIdentityStoreExtensions
{
    /// <summary>Makes SQLite or PostgreSQL the guard's identity store: <c>AddSallyportIdentities(o => o.UseSqlite("identities.db"))</c>.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Says which database.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddSallyportIdentities(this IServiceCollection services, Action<IdentityStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<IdentityStoreOptions>().Configure(configure).ValidateOnStart();
        services.AddSingleton<IValidateOptions<IdentityStoreOptions>, IdentityStoreOptionsValidator>();
        services.AddSingleton(static provider => Open(
            provider.GetRequiredService<IOptions<IdentityStoreOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<IHostEnvironment>(),
            provider.GetService<IAuditTrail>(),
            provider.GetService<ILogger<SallyportIdentityStore>>()));
        return services.AddSallyportIdentityStore<SallyportIdentityStore>();
    }

    private static SallyportIdentityStore Open(IdentityStoreOptions options, TimeProvider time, IHostEnvironment? host, IAuditTrail? audit, ILogger? logger)
    {
        if (options.SqlitePath is { } path && host is not null)
        {
            options.UseSqlite(Path.Combine(host.ContentRootPath, path));
        }

        if (options.UnsafeBelieveUnverifiedDatabase && logger is not null)
        {
            LogUnverified(logger);
        }

        return new SallyportIdentityStore(options, time, audit);
    }

    [LoggerMessage(EventId = 2330, Level = LogLevel.Warning, Message = "UnsafeBelieveUnverifiedDatabase is on: whoever stands between this node and the identity store decides who is let in.")]
    private static partial void LogUnverified(ILogger logger);
}

/// <summary>Says at the start what is wrong.</summary>
internal sealed class IdentityStoreOptionsValidator : IValidateOptions<IdentityStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, IdentityStoreOptions options) =>
        options.WhatIsWrong() is { } wrong ? ValidateOptionsResult.Fail(wrong) : ValidateOptionsResult.Success;
}
