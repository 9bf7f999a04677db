using System;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Permission to do one thing with one resource, now. It cannot be stored, captured, or kept across an await.</summary>
/// <typeparam name="TResource">The kind of resource.</typeparam>
/// <remarks>
/// Only <see cref="IResourceAuthorizer"/> makes one; take it as the argument of synchronous methods that change the resource.
/// The resource itself can still be copied out of it: for asynchronous work use <see cref="IResourceGuard"/>.
/// </remarks>
public readonly ref struct Grant<TResource>
    where TResource : class
{
    private readonly TResource? _resource;
    private readonly CertificateIdentity? _identity;
    private readonly string? _operation;

    internal Grant(TResource resource, CertificateIdentity identity, string operation)
    {
        _resource = resource;
        _identity = identity;
        _operation = operation;
    }

    /// <summary>What it is for.</summary>
    /// <exception cref="InvalidOperationException">Nobody granted it: a default value.</exception>
    public TResource Resource => _resource ?? throw Nothing();

    /// <summary>Whom it was given to.</summary>
    /// <exception cref="InvalidOperationException">Nobody granted it: a default value.</exception>
    public CertificateIdentity Identity => _identity ?? throw Nothing();

    /// <summary>What may be done.</summary>
    /// <exception cref="InvalidOperationException">Nobody granted it: a default value.</exception>
    public string Operation => _operation ?? throw Nothing();

    private static InvalidOperationException Nothing() => new("A default grant grants nothing.");
}
