using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>What an endpoint's metadata says about who may call it.</summary>
internal sealed record RouteFacts(GuardedRoute Route, ImmutableArray<string> Faults, ImmutableArray<ResourceRequirement> Resources)
{
    public static RouteFacts Of(Endpoint endpoint)
    {
        var metadata = endpoint.Metadata;
        var pattern = (endpoint as RouteEndpoint)?.RoutePattern;
        var demands = metadata.GetOrderedMetadata<IAuthorizeData>();
        var resources = metadata.GetOrderedMetadata<IAuthorizationRequirementData>()
            .SelectMany(data => data.GetRequirements()).OfType<ResourceRequirement>().ToImmutableArray();
        var reason = metadata.GetMetadata<AllowWithoutClientCertificateAttribute>()?.Reason;
        var others = Others(metadata, demands);
        var route = new GuardedRoute
        {
            Route = pattern?.RawText ?? $"({endpoint.DisplayName})",
            Methods = Sorted(metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []),
            RequiresAccount = demands.Count > 0,
            Roles = Sorted(demands.OfType<RequireClientCertificateAttribute>().Select(demand => demand.Role).OfType<string>()),
            TokenScopes = Sorted(metadata.GetOrderedMetadata<IBoundTokenMetadata>().Select(token => token.Scope)),
            Resources = Sorted(resources.Select(resource => $"{resource.ResourceType.Name}:{resource.Parameter}:{resource.Operation}")),
            Policies = others,
            Reason = reason,
        };
        var missing = resources.Select(resource => resource.Parameter)
            .Where(name => pattern?.Parameters.Any(parameter => string.Equals(parameter.Name, name, StringComparison.OrdinalIgnoreCase)) != true)
            .Select(name => $"requires a resource by the route parameter {name}, which the route has not");
        return new RouteFacts(route, [.. Contradictions(metadata, reason, demands.Count > 0 || others.Length > 0), .. missing], resources);
    }

    /// <summary>Whether the endpoint exists for making links only and never answers.</summary>
    public static bool IsInert(Endpoint endpoint) => endpoint.Metadata.GetMetadata<ISuppressMatchingMetadata>()?.SuppressMatching == true;

    /// <summary>How a reader finds the endpoint.</summary>
    public static string Name(GuardedRoute route) => $"{(route.Methods.IsEmpty ? "(any method)" : string.Join(',', route.Methods))} {route.Route}";

    private static IEnumerable<string> Contradictions(EndpointMetadataCollection metadata, string? reason, bool demanding)
    {
        var isOpen = metadata.GetMetadata<IAllowAnonymous>() is not null;
        if (isOpen && reason is null)
        {
            yield return "is open to anonymous callers without a written reason: use AllowWithoutClientCertificate(\"reason\")";
        }
        else if (isOpen && demanding)
        {
            yield return "has both a policy and a reason to need none: the policy would not be asked";
        }
        else if (!isOpen && !demanding)
        {
            yield return "has neither a policy nor a written reason: use RequireClientCertificate() or AllowWithoutClientCertificate(\"reason\")";
        }
    }

    private static ImmutableArray<string> Others(EndpointMetadataCollection metadata, IEnumerable<IAuthorizeData> demands)
    {
        var named = demands.Where(demand => demand.Policy?.StartsWith(RoutePolicies.Prefix, StringComparison.Ordinal) != true).Select(Text);
        var built = metadata.OfType<AuthorizationPolicy>().SelectMany(policy => policy.Requirements).Select(requirement => requirement.GetType().Name);
        var required = metadata.GetOrderedMetadata<IAuthorizationRequirementData>().SelectMany(data => data.GetRequirements())
            .Where(requirement => requirement is not ResourceRequirement).Select(requirement => requirement.GetType().Name);
        return Sorted([.. named, .. built, .. required]);
    }

    private static string Text(IAuthorizeData demand) =>
        demand.Policy ?? (demand.Roles is { } roles ? $"roles {roles}" : "(default policy)");

    private static ImmutableArray<string> Sorted(IEnumerable<string> names) =>
        [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
