using System;
using System.Collections.Immutable;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Sessions;

/// <summary>A session as the server keeps it. Immutable, and without the secret of its cookie.</summary>
public sealed record BoundSession
{
    /// <summary>The SHA-256 of the cookie's value, hexadecimal: whoever reads the store cannot use its sessions.</summary>
    public required string Key { get; init; }

    /// <summary>The identity that signed in.</summary>
    public required string Identity { get; init; }

    /// <summary>The identity's version when it signed in; a later one ends the session.</summary>
    public required long IdentityVersion { get; init; }

    /// <summary>The certificate that it signed in with; no other may use the session.</summary>
    public required CertificateThumbprint Certificate { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last used, to within a twentieth of the idle time.</summary>
    public required DateTimeOffset LastUsedAt { get; init; }

    /// <summary>When it ends, used or not.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>What the application wants to know in it, as claims: type and value.</summary>
    public ImmutableArray<SessionClaim> Claims { get; init; } = [];
}
