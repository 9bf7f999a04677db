using System;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Tests.Lab;

/// <summary>What is different from the plain <see cref="GuardedHost"/>.</summary>
internal sealed record GuardedPlan
{
    /// <summary>Changes the guard's options, after the host's own.</summary>
    public Action<SallyportOptions>? Options { get; init; }

    /// <summary>Registers services before the guard does, so that they win: a clock, a directory, a trail.</summary>
    public Action<IServiceCollection>? Services { get; init; }

    /// <summary>Maps endpoints and adds what comes after <c>app.UseSallyport()</c>.</summary>
    public Action<WebApplication>? App { get; init; }

    /// <summary>Changes the endpoint, which is already guarded.</summary>
    public Action<ListenOptions>? Listen { get; init; }

    /// <summary>The rules for client certificates; strict, with revocation when known, by default.</summary>
    public ChainPolicy? Policy { get; init; }

    /// <summary>Whether the client CA is published as trusted at start; true by default.</summary>
    public bool IsTrusting { get; init; } = true;
}
