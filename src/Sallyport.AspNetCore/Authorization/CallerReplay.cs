using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Claims;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Tokens;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Asks the policy of a route again for a request that it let in before: with the account as it is now, and the token and session that it came with.</summary>
/// <remarks>
/// It works on a copy of the request with services of its own: the request goes on meanwhile, and what belongs to it (a database
/// context, say) is used by one at a time.
/// </remarks>
internal sealed class CallerReplay(IServiceScopeFactory scopes, CurrentRequest current, IHttpContextAccessor? accessor = null)
{
    /// <summary>Whether the request would be let in now.</summary>
    public async Task<bool> HoldsAsync(OpenRequest request, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (request.Read(original => Copy(original, scope.ServiceProvider, cancellationToken)) is not { } copy)
        {
            return true; // it is over
        }

        var endpoint = copy.GetEndpoint();
        if (endpoint is null || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return true;
        }

        Begin(copy);
        try
        {
            var others = copy.User.Identities.Where(static identity => !IsOurs(identity)).ToList();
            var now = await copy.AuthenticateAsync(SallyportDefaults.Scheme);
            if (!now.Succeeded || copy.Features.Get<ICallerFeature>() is not { } caller)
            {
                return false;
            }

            copy.User = Principal(copy, now.Principal, request.Token?.For(caller.Identity), others);
            var policy = await PolicyAsync(scope.ServiceProvider.GetRequiredService<IAuthorizationPolicyProvider>(), endpoint);
            return policy is null || (await scope.ServiceProvider.GetRequiredService<IAuthorizationService>().AuthorizeAsync(copy.User, copy, policy)).Succeeded;
        }
        finally
        {
            Begin(null);
        }
    }

    /// <summary>For whoever asks where it runs, by the guard's way or by the framework's, where an application has that.</summary>
    private void Begin(HttpContext? copy)
    {
        current.Context = copy;
        accessor?.HttpContext = copy;
    }

    private static ClaimsPrincipal Principal(HttpContext copy, ClaimsPrincipal account, AcceptedToken? token, List<ClaimsIdentity> others)
    {
        if (token is not null)
        {
            account = TokenGate.With(account, token);
            copy.Features.Set<ITokenFeature>(token);
            copy.Features.Set<IBoundTokenFeature>(token.IsBound ? token : null);
        }

        var all = new ClaimsPrincipal(account.Identities);
        all.AddIdentities(others);
        return all;
    }

    private static bool IsOurs(ClaimsIdentity identity) => identity.AuthenticationType is SallyportDefaults.Scheme or TokenGate.AuthenticationType;

    /// <summary>The policy as the framework's middleware puts it together.</summary>
    private static async Task<AuthorizationPolicy?> PolicyAsync(IAuthorizationPolicyProvider provider, Endpoint endpoint)
    {
        var policy = await AuthorizationPolicy.CombineAsync(
            provider, endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>(), endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>());
        var requirements = endpoint.Metadata.GetOrderedMetadata<IAuthorizationRequirementData>().SelectMany(static data => data.GetRequirements()).ToArray();
        if (requirements.Length == 0)
        {
            return policy;
        }

        var asked = new AuthorizationPolicyBuilder().AddRequirements(requirements).Build();
        return policy is null ? asked : AuthorizationPolicy.Combine(policy, asked);
    }

    private static DefaultHttpContext Copy(HttpContext original, IServiceProvider services, CancellationToken cancellationToken)
    {
        // By the features, not by the request's own wrappers over them, which are for one thread.
        var copy = new DefaultHttpContext { RequestServices = services, RequestAborted = cancellationToken };
        foreach (var (type, feature) in original.Features)
        {
            // What the server and the framework keep there belongs to the request alone.
            if (type.Assembly.GetName().Name is { } name && !name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal))
            {
                copy.Features[type] = feature;
            }
        }

        copy.Features.Set(original.Features.Get<IGuardedConnectionFeature>());
        copy.Features.Set(original.Features.Get<ITlsConnectionFeature>());
        if (original.Features.Get<IHttpConnectionFeature>() is { } connection)
        {
            copy.Features.Set<IHttpConnectionFeature>(new HttpConnectionFeature
            {
                ConnectionId = connection.ConnectionId,
                LocalIpAddress = connection.LocalIpAddress,
                LocalPort = connection.LocalPort,
                RemoteIpAddress = connection.RemoteIpAddress,
                RemotePort = connection.RemotePort,
            });
        }

        if (original.Features.Get<IHttpRequestFeature>() is { } request)
        {
            copy.Features.Set<IHttpRequestFeature>(new HttpRequestFeature
            {
                Method = request.Method,
                Scheme = request.Scheme,
                PathBase = request.PathBase,
                Path = request.Path,
                QueryString = request.QueryString,
                Protocol = request.Protocol,
                RawTarget = request.RawTarget,
                Headers = new HeaderDictionary(request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase)),
            });
        }

        if (original.Features.Get<IItemsFeature>() is { Items: var items })
        {
            copy.Items = new Dictionary<object, object?>(items);
        }

        copy.Request.RouteValues = new RouteValueDictionary(original.Features.Get<IRouteValuesFeature>()?.RouteValues);
        copy.SetEndpoint(original.Features.Get<IEndpointFeature>()?.Endpoint);
        copy.User = original.Features.Get<IHttpAuthenticationFeature>()?.User ?? new ClaimsPrincipal();
        return copy;
    }
}
