using System;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Lets a caller by where an endpoint asks for an account and roles and for nothing else. It never refuses: whoever is not let by here goes the framework's way.</summary>
/// <remarks>
/// The framework's way costs several times as much as everything else of the guard. It is gone in full where the application has added anything to
/// authorization: a handler (which could refuse), a service, an evaluator, a policy provider or a result handler.
/// </remarks>
internal sealed class AccountGate(CallerStanding callers, RequestDelegate next, RequestDelegate framework)
{
    // An endpoint never changes, so what its metadata says is a fact; it goes when the endpoint goes.
    private readonly ConditionalWeakTable<Endpoint, Demand> _known = [];

    /// <summary>Adds it; in place of <c>UseAuthorization</c>.</summary>
    public static void Use(IApplicationBuilder app)
    {
        IServiceProvider services = app.ApplicationServices;
        if (!IsOrdinary(services))
        {
            app.UseAuthorization();
            return;
        }

        ShortWay.Add(
            app,
            static pipeline => pipeline.UseAuthorization(),
            (next, framework) => new AccountGate(services.GetRequiredService<CallerStanding>(), next, framework).InvokeAsync);
    }

    /// <summary>Whether authorization is what the framework and the guard made it.</summary>
    public static bool IsOrdinary(IServiceProvider services) => ShortWay.IsSo(
        services,
        static scoped => scoped.GetServices<IAuthorizationHandler>().All(static handler => handler is PassThroughAuthorizationHandler || IsOurs(handler))
            && IsOurs(scoped.GetRequiredService<IAuthorizationPolicyProvider>())
            && IsOurs(scoped.GetRequiredService<IAuthorizationMiddlewareResultHandler>())
            && IsTheFrameworks(scoped.GetRequiredService<IAuthorizationService>())
            && IsTheFrameworks(scoped.GetRequiredService<IAuthorizationEvaluator>())
            && IsTheFrameworks(scoped.GetRequiredService<IAuthorizationHandlerProvider>())
            && IsTheFrameworks(scoped.GetRequiredService<IAuthorizationHandlerContextFactory>())
            && scoped.GetRequiredService<IPolicyEvaluator>().GetType().Assembly == typeof(PolicyEvaluator).Assembly);

    private static bool IsOurs(object service) => service.GetType().Assembly == typeof(AccountGate).Assembly;

    private static bool IsTheFrameworks(object service) => service.GetType().Assembly == typeof(DefaultAuthorizationService).Assembly;

    private Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is not { } endpoint || _known.GetValue(endpoint, Demand.Of) is not { IsOnly: true } demand || !Allows(context, demand))
        {
            return framework(context);
        }

        AuthorizedItems.Mark(context);
        return next(context);
    }

    private bool Allows(HttpContext context, Demand demand)
    {
        if (callers.Of(Bearer.Of(context)) is not { Holds: true, Identity: { } identity })
        {
            return false;
        }

        return demand.IsMetBy(identity);
    }

    /// <summary>What an endpoint asks for.</summary>
    /// <param name="IsOnly">Whether that is accounts and roles and nothing else.</param>
    /// <param name="Roles">The roles.</param>
    internal sealed record Demand(bool IsOnly, ImmutableArray<string> Roles)
    {
        /// <summary>Whether an account has all of them.</summary>
        public bool IsMetBy(CertificateIdentity identity)
        {
            foreach (string role in Roles)
            {
                if (!ClientCertificateRequirement.Has(identity, role))
                {
                    return false;
                }
            }

            return true;
        }

        public static Demand Of(Endpoint endpoint)
        {
            EndpointMetadataCollection metadata = endpoint.Metadata;
            IAuthorizeData[] demands = [.. metadata.GetOrderedMetadata<IAuthorizeData>()];
            bool isOnly = demands.Length > 0
                && demands.All(static demand => demand.GetType() == typeof(RequireClientCertificateAttribute) && demand is { AuthenticationSchemes: null, Roles: null })
                && metadata.GetMetadata<IAuthorizationRequirementData>() is null
                && metadata.GetMetadata<AuthorizationPolicy>() is null
                && metadata.GetMetadata<IAllowAnonymous>() is null;
            return new Demand(isOnly, [.. demands.OfType<RequireClientCertificateAttribute>().Select(static demand => demand.Role).OfType<string>().Distinct(StringComparer.Ordinal)]);
        }
    }
}
