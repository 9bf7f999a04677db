using System;
using Microsoft.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Requires an account, known by its client certificate, and perhaps with a role. On controllers, actions, hubs, hub methods and endpoints.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
public sealed class RequireClientCertificateAttribute : AuthorizeAttribute, IAuthorizeData
{
    private readonly string _policy;

    /// <summary>Requires any account.</summary>
    public RequireClientCertificateAttribute() => _policy = RoutePolicies.ClientCertificate(null);

    /// <summary>Requires an account with a role.</summary>
    /// <param name="role">The role, compared exactly.</param>
    /// <exception cref="ArgumentException">The role is blank.</exception>
    public RequireClientCertificateAttribute(string role)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(role);
        Role = role;
        _policy = RoutePolicies.ClientCertificate(role);
    }

    /// <summary>The role; null for any account.</summary>
    public string? Role { get; }

    /// <inheritdoc/>
    string? IAuthorizeData.Policy
    {
        get => _policy;
        set => throw new NotSupportedException("The attribute is its policy.");
    }
}
