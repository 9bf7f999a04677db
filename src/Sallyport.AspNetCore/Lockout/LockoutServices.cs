using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Lockout;

/// <summary>What counting failures needs.</summary>
internal static class LockoutServices
{
    public static IServiceCollection AddLockout(this IServiceCollection services)
    {
        services.TryAddSingleton<FailureLockout>();
        services.TryAddSingleton<ILockout>(static provider => provider.GetRequiredService<FailureLockout>());
        services.TryAddSingleton<LockoutGate>();
        services.AddSingleton<IValidateOptions<SallyportOptions>, LockoutOptionsValidator>();
        return services;
    }
}

/// <summary>Finds at start what in the lockout options cannot work together.</summary>
internal sealed class LockoutOptionsValidator : IValidateOptions<SallyportOptions>
{
    public ValidateOptionsResult Validate(string? name, SallyportOptions options)
    {
        LockoutOptions lockout = options.Lockout;
        return lockout.MaxIdentityLock < lockout.IdentityLock
            ? ValidateOptionsResult.Fail("Lockout.MaxIdentityLock is shorter than Lockout.IdentityLock.")
            : ValidateOptionsResult.Success;
    }
}
