using System;
using Microsoft.AspNetCore.Builder;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Says of an endpoint, or of a group, what it requires.</summary>
public static class SallyportEndpointExtensions
{
    /// <summary>Requires an account, known by its client certificate.</summary>
    /// <param name="builder">The endpoint or group.</param>
    /// <param name="role">A role that the account must have; null for any account.</param>
    /// <exception cref="ArgumentException">The role is blank.</exception>
    public static TBuilder RequireClientCertificate<TBuilder>(this TBuilder builder, string? role = null)
        where TBuilder : IEndpointConventionBuilder =>
        With(builder, role is null ? new RequireClientCertificateAttribute() : new RequireClientCertificateAttribute(role));

    /// <summary>Requires an access token that is bound to the client certificate and has a scope; the account must have the scope too.</summary>
    /// <param name="builder">The endpoint or group.</param>
    /// <param name="scope">One scope.</param>
    /// <exception cref="ArgumentException">The scope is blank or holds a space.</exception>
    public static TBuilder RequireBoundToken<TBuilder>(this TBuilder builder, string scope)
        where TBuilder : IEndpointConventionBuilder => With(builder, new RequireBoundTokenAttribute(scope));

    /// <summary>Requires that the resource named by a route parameter exists and that its policy allows the caller the operation.</summary>
    /// <typeparam name="TResource">The kind of resource; source and policy are registered for it.</typeparam>
    /// <param name="builder">The endpoint or group.</param>
    /// <param name="routeParameter">The route parameter that holds the key.</param>
    /// <param name="operation">One of <see cref="Operations"/>, or a name of the application's.</param>
    /// <exception cref="ArgumentException">One of them is blank.</exception>
    public static IEndpointConventionBuilder RequireResource<TResource>(this IEndpointConventionBuilder builder, string routeParameter, string operation)
        where TResource : class => With(builder, new RequireResourceAttribute<TResource>(routeParameter, operation));

    /// <summary>Opens an endpoint to every peer that passed the transport gate: no account is needed.</summary>
    /// <param name="builder">The endpoint or group.</param>
    /// <param name="reason">Why; it is exported with the routes.</param>
    /// <exception cref="ArgumentException">The reason is blank.</exception>
    public static TBuilder AllowWithoutClientCertificate<TBuilder>(this TBuilder builder, string reason)
        where TBuilder : IEndpointConventionBuilder => With(builder, new AllowWithoutClientCertificateAttribute(reason));

    private static TBuilder With<TBuilder>(TBuilder builder, object metadata)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(endpoint => endpoint.Metadata.Add(metadata));
        return builder;
    }
}
