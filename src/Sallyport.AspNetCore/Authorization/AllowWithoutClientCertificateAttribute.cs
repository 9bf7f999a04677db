using System;
using Microsoft.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Opens an endpoint to every peer that passed the transport gate: no account is needed. It says why, and the reason is exported.</summary>
/// <remarks>The transport gate still requires a verified client certificate.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = false, Inherited = false)]
public sealed class AllowWithoutClientCertificateAttribute : Attribute, IAllowAnonymous
{
    /// <summary>Opens it.</summary>
    /// <param name="reason">Why no account is needed, for whoever reviews the routes.</param>
    /// <exception cref="ArgumentException">The reason is blank.</exception>
    public AllowWithoutClientCertificateAttribute(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        Reason = reason;
    }

    /// <summary>Why no account is needed.</summary>
    public string Reason { get; }
}
