using System.Linq;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Forwarding;

/// <summary>What forwarding needs.</summary>
internal static class ForwardingServices
{
    public static IServiceCollection AddForwarding(this IServiceCollection services)
    {
        services.TryAddSingleton<TrustedProxies>();
        services.TryAddSingleton<ForwardedRequests>();
        services.TryAddSingleton<ForwardingGate>();
        services.TryAddSingleton<ForwardingEmitterGate>();
        services.AddSingleton<IValidateOptions<SallyportOptions>, ForwardingOptionsValidator>();
        return services;
    }
}

/// <summary>Finds at start what in the forwarding options says nothing or too much.</summary>
internal sealed class ForwardingOptionsValidator : IValidateOptions<SallyportOptions>
{
    public ValidateOptionsResult Validate(string? name, SallyportOptions options)
    {
        ForwardingOptions forwarding = options.Forwarding;
        if (forwarding.ProxyMaySpeakForItself && forwarding.ProxyIdentities.Count + forwarding.ProxyCertificates.Count == 0)
        {
            return ValidateOptionsResult.Fail("Forwarding.ProxyMaySpeakForItself is on, but no proxy is trusted.");
        }

        return forwarding.IdentityHeaders.Any(string.IsNullOrWhiteSpace)
            ? ValidateOptionsResult.Fail("Forwarding.IdentityHeaders has an empty name.")
            : ValidateOptionsResult.Success;
    }
}
