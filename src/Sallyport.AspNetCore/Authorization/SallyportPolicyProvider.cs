using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Resolves the guard's own policies by name; what nobody has thought about is refused, whatever the application set as fallback.</summary>
internal sealed class SallyportPolicyProvider(IOptions<AuthorizationOptions> options) : DefaultAuthorizationPolicyProvider(options), IAuthorizationPolicyProvider
{
    private readonly Task<AuthorizationPolicy?> _nobody =
        Task.FromResult<AuthorizationPolicy?>(new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build());

    public override bool AllowsCachingPolicies => true;

    public override Task<AuthorizationPolicy?> GetPolicyAsync(string policyName) =>
        RoutePolicies.Find(policyName) is { } policy ? Task.FromResult<AuthorizationPolicy?>(policy) : base.GetPolicyAsync(policyName);

    Task<AuthorizationPolicy?> IAuthorizationPolicyProvider.GetFallbackPolicyAsync() => _nobody;
}
