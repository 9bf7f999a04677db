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

    /// <summary>The name of the operation in the description; <c>null</c> when it has none.</summary>
    public string? OperationId { get; init; }

    /// <summary>The groups it belongs to; empty when none.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Whether the description calls it deprecated.</summary>
    public bool Deprecated { get; init; }

    /// <summary>The ways to prove who one is, of which one is enough; empty when the description demands none.</summary>
    public ImmutableArray<SecurityAlternative> Security { get; init; } = [];

    /// <summary>Whether the operation itself says that nobody need prove anything: an empty list, or an empty alternative.</summary>
    public bool WaivesSecurity { get; init; }

    /// <summary>The roles that the description demands (<c>x-roles</c> and the like); empty when none.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>The body of the request; <c>null</c> when none is described.</summary>
    public ApiBody? Body { get; init; }

    /// <summary>The answers that the description allows; empty when it says nothing.</summary>
    public ImmutableArray<ApiResponse> Responses { get; init; } = [];

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
