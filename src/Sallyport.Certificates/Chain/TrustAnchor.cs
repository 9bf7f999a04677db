using System;
using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Certificates.Chain;

/// <summary>A certification authority that is trusted because the operator says so.</summary>
/// <remarks>
/// RFC 5280, section 6.1.1 (d): its name and key count. What its certificate constrains (name constraints, path length, policies)
/// is enforced too (RFC 5937); its own signature is never looked at.
/// </remarks>
public sealed class TrustAnchor
{
    private TrustAnchor(CertificateProfile certificate) => Certificate = certificate;

    /// <summary>The certificate that carries name and key.</summary>
    public CertificateProfile Certificate { get; }

    internal DistinguishedName Name => Certificate.Subject;

    /// <summary>Takes a certificate as trust anchor.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="certificate"/> is null.</exception>
    /// <exception cref="ArgumentException">Its subject is empty, so that nothing can name it as issuer.</exception>
    public static TrustAnchor Of(CertificateProfile certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return certificate.Subject.IsEmpty
            ? throw new ArgumentException("A trust anchor needs a subject name.", nameof(certificate))
            : new TrustAnchor(certificate);
    }

    /// <summary>Reads a certificate and takes it as trust anchor.</summary>
    /// <param name="der">One certificate's DER.</param>
    /// <param name="anchor">The anchor, or null when it cannot be read or has no subject.</param>
    public static bool TryRead(ReadOnlySpan<byte> der, [NotNullWhen(true)] out TrustAnchor? anchor)
    {
        bool usable = CertificateProfile.TryRead(der, out CertificateProfile? profile, out _) && !profile.Subject.IsEmpty;
        anchor = usable && profile is not null ? new TrustAnchor(profile) : null;
        return anchor is not null;
    }
}
