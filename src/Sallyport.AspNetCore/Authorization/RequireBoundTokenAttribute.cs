using System;
using Microsoft.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Requires an access token that is bound to the client certificate and has a scope; the account must have the scope too.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
public sealed class RequireBoundTokenAttribute : AuthorizeAttribute, IAuthorizeData, IBoundTokenMetadata
{
    /// <summary>Requires a scope.</summary>
    /// <param name="scope">One scope, compared exactly.</param>
    /// <exception cref="ArgumentException">The scope is blank or holds a space.</exception>
    public RequireBoundTokenAttribute(string scope)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(scope);
        Scope = scope.Contains(' ', StringComparison.Ordinal)
            ? throw new ArgumentException("One scope each: add the attribute once for every scope.", nameof(scope))
            : scope;
    }

    /// <inheritdoc/>
    public string Scope { get; }

    /// <inheritdoc/>
    string? IAuthorizeData.Policy
    {
        get => RoutePolicies.BoundToken(Scope);
        set => throw new NotSupportedException("The attribute is its policy.");
    }
}
