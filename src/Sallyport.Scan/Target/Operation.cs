using System.Collections.Immutable;

namespace Sallyport.Scan.Target;

/// <summary>One operation of the API: a method and a path, with what its description says of protection.</summary>
public sealed record Operation
{
    /// <summary>The method in upper case.</summary>
    public required string Method { get; init; }

    /// <summary>The path with its parameters, such as <c>/profiles/{id}</c>; begins with a slash.</summary>
    public required string PathTemplate { get; init; }

    /// <summary>The parameters; empty when none.</summary>
    public ImmutableArray<ApiParameter> Parameters { get; init; } = [];

    /// <summary>Whether the description demands any security for it.</summary>
    public bool HasSecurity { get; init; }

    /// <summary>Whether the description demands mutual TLS for it (type mutualTLS, or an x-mtls extension).</summary>
    public bool DemandsMutualTls { get; init; }

    /// <summary>Whether the user named it as protected (<c>operations.protected</c>, <c>--protected</c>).</summary>
    public bool DeclaredProtected { get; init; }

    /// <summary>Whether the user named it as public (<c>operations.public</c>).</summary>
    public bool DeclaredPublic { get; init; }

    /// <summary>Method and path template, such as <c>GET /profiles/{id}</c>.</summary>
    public string Name => $"{Method} {PathTemplate}";

    /// <summary>Whether the method writes nothing by its definition (RFC 9110, section 9.2.1).</summary>
    public bool IsSafe => Method is "GET" or "HEAD" or "OPTIONS";

    /// <inheritdoc/>
    public override string ToString() => Name;
}
