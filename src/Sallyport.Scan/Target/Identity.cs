using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Sallyport.Scan.Target;

/// <summary>One identity the user gave: a certificate, application credentials, or both.</summary>
public sealed record Identity
{
    /// <summary>The name the user gave, such as <c>alice</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The certificate chain as DER, leaf first; empty for an identity without a certificate.</summary>
    public ImmutableArray<ImmutableArray<byte>> Chain { get; init; } = [];

    /// <summary>The leaf's private key (RSA or ECDSA); <c>null</c> without a certificate. Owned by the <see cref="ScanRequest"/>.</summary>
    public AsymmetricAlgorithm? Key { get; init; }

    /// <summary>A bearer token.</summary>
    public Secret? Token { get; init; }

    /// <summary>The value of a <c>Cookie</c> header.</summary>
    public Secret? Cookie { get; init; }

    /// <summary><c>user:password</c> for HTTP Basic.</summary>
    public Secret? Basic { get; init; }

    /// <summary>An API key's value.</summary>
    public Secret? ApiKey { get; init; }

    /// <summary>The header that carries <see cref="ApiKey"/>; <c>X-API-Key</c> by default.</summary>
    public string ApiKeyHeader { get; init; } = "X-API-Key";

    /// <summary>A request that yields a token or cookie; <c>null</c> when none is needed.</summary>
    public Login? Login { get; init; }

    /// <summary>The role, such as <c>admin</c>; <c>null</c> for the lowest.</summary>
    public string? Role { get; init; }

    /// <summary>What the identity is declared to be.</summary>
    public IdentityState State { get; init; }

    /// <summary>Whether wrong logins and lockout probes may be tried on it.</summary>
    public bool Disposable { get; init; }

    /// <summary>Values for path parameters and markers, such as <c>name = alice</c>.</summary>
    public ImmutableDictionary<string, string> Values { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Whether there is a certificate with its key.</summary>
    public bool HasCertificate => !Chain.IsEmpty && Key is not null;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
