using System;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Csrf;
using Sallyport.AspNetCore.Forwarding;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Lockout;
using Sallyport.AspNetCore.Revocation;
using Sallyport.AspNetCore.Sessions;
using Sallyport.AspNetCore.Tokens;
using Sallyport.AspNetCore.Transport;
using Sallyport.AspNetCore.Trust;

namespace Sallyport.AspNetCore;

/// <summary>Adds the guard to an application.</summary>
public static class SallyportHostExtensions
{
    /// <summary>Adds the guard: what certificates, tokens and sessions are judged by. Serve it with <c>UseSallyport</c>.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="configure">What it says about its guard.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IHostApplicationBuilder AddSallyport(this IHostApplicationBuilder builder, Action<SallyportOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var services = builder.Services;
        services.AddOptions<SallyportOptions>().Configure(configure).ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);

        // One line for each folder of the guard; each registers what is its own.
        services.TryAddSingleton<GuardFaults>();
        services.TryAddSingleton<TrustHolder>();
        services.TryAddSingleton<CertificateJudge>();
        services.AddTransport();
        services.AddOpenConnections();
        services.AddIdentity();
        services.AddRevocation();
        services.AddTokens();
        services.AddSessions();
        services.AddCsrf();
        services.AddAuthorizationGate();
        services.AddAudit();
        services.AddLockout();
        services.AddForwarding();
        return builder;
    }
}
