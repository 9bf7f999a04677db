using System;
using System.Collections.Immutable;

namespace Sallyport.Certificates.Chain;

/// <summary>Proof that a certificate was verified. Only <see cref="ChainVerifier"/> makes one.</summary>
/// <remarks>It is true for the moment <see cref="VerifiedAt"/>; whoever keeps it asks again when the clock or the snapshot moves.</remarks>
public sealed class VerifiedClientCertificate
{
    internal VerifiedClientCertificate(
        ImmutableArray<CertificateProfile> path, TrustAnchor anchor, ImmutableArray<string> policies, DateTimeOffset verifiedAt, DateTimeOffset validUntil)
    {
        Path = path;
        Anchor = anchor;
        Policies = policies;
        VerifiedAt = verifiedAt;
        ValidUntil = validUntil;
    }

    /// <summary>The verified certificate.</summary>
    public CertificateProfile Leaf => Path[0];

    /// <summary>The SHA-256 of the leaf.</summary>
    public CertificateThumbprint Thumbprint => Leaf.Thumbprint;

    /// <summary>Leaf first, without the trust anchor.</summary>
    public ImmutableArray<CertificateProfile> Path { get; }

    /// <summary>Where the path ends.</summary>
    public TrustAnchor Anchor { get; }

    /// <summary>The user-constrained policy set (RFC 5280, section 6.1.6): dotted; empty when no policy is valid for the whole path.</summary>
    public ImmutableArray<string> Policies { get; }

    /// <summary>The clock's reading when it was verified.</summary>
    public DateTimeOffset VerifiedAt { get; }

    /// <summary>The earliest notAfter of the path: no connection may outlive it.</summary>
    public DateTimeOffset ValidUntil { get; }
}
