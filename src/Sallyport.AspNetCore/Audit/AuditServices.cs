using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Sallyport.AspNetCore.Audit;

/// <summary>What the audit trail needs.</summary>
internal static class AuditServices
{
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton<GuardTelemetry>();
        services.TryAddSingleton<AuditTrail>();
        services.TryAddSingleton<IAuditTrail>(static provider => provider.GetRequiredService<AuditTrail>());
        services.TryAddSingleton<IAuditCheckpoints>(static provider => provider.GetRequiredService<AuditTrail>());
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<AuditTrail>());
        services.TryAddSingleton<CurrentRequest>();
        services.TryAddSingleton<AuditGate>();
        services.TryAddSingleton<AcceptedGate>();
        services.AddSingleton<Microsoft.Extensions.Options.IValidateOptions<SallyportOptions>, AuditOptionsValidator>();
        return services;
    }
}
