using System;
using System.Collections.Generic;
using Microsoft.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Requires that the resource named by a route parameter exists and that its policy allows the caller the operation. Not on hub methods.</summary>
/// <typeparam name="TResource">The kind of resource; source and policy are registered for it.</typeparam>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
public sealed class RequireResourceAttribute<TResource> : AuthorizeAttribute, IAuthorizeData, IAuthorizationRequirementData
    where TResource : class
{
    private readonly ResourceRequirement _requirement;

    /// <summary>Requires that the policy allows it.</summary>
    /// <param name="routeParameter">The route parameter that holds the key.</param>
    /// <param name="operation">One of <see cref="Operations"/>, or a name of the application's.</param>
    /// <exception cref="ArgumentException">One of them is blank.</exception>
    public RequireResourceAttribute(string routeParameter, string operation)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(routeParameter);
        ArgumentException.ThrowIfNullOrWhiteSpace(operation);
        RouteParameter = routeParameter;
        Operation = operation;
        _requirement = new ResourceRequirement<TResource>(routeParameter, operation);
    }

    /// <summary>The route parameter that holds the key.</summary>
    public string RouteParameter { get; }

    /// <summary>What is to be done with the resource.</summary>
    public string Operation { get; }

    /// <inheritdoc/>
    string? IAuthorizeData.Policy
    {
        get => RoutePolicies.Resource;
        set => throw new NotSupportedException("The attribute is its policy.");
    }

    /// <inheritdoc/>
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [_requirement];
}
