using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Forge.Der;
using Sallyport.Forge.Revocation;

namespace Sallyport.Forge;

/// <summary>Issues certificates, CRLs and OCSP answers: a root, an intermediate, or an existing authority whose key was given.</summary>
/// <remarks>Nothing is checked before it is signed. Does not own its key.</remarks>
public sealed class CertificateAuthority
{
    private CertificateAuthority(
        ReadOnlyMemory<byte> certificate,
        DistinguishedName subject,
        ForgeKey key,
        ReadOnlyMemory<byte>? keyIdentifier,
        ImmutableArray<ReadOnlyMemory<byte>> chainToSend)
    {
        Certificate = certificate;
        Subject = subject;
        Key = key;
        KeyIdentifier = keyIdentifier;
        ChainToSend = chainToSend;
    }

    /// <summary>DER of the authority's certificate.</summary>
    public ReadOnlyMemory<byte> Certificate { get; }

    /// <summary>The authority's subject, the issuer of what it signs.</summary>
    public DistinguishedName Subject { get; }

    /// <summary>The authority's key.</summary>
    public ForgeKey Key { get; }

    /// <summary>The subject key identifier that the certificate states; null when it states none.</summary>
    public ReadOnlyMemory<byte>? KeyIdentifier { get; }

    /// <summary>What follows a leaf in a handshake: this authority and those above it, without the root.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> ChainToSend { get; }

    /// <summary>A root from a specification, signed by its own key.</summary>
    /// <param name="spec">The root's certificate; the issuer defaults to its subject.</param>
    /// <returns>The authority.</returns>
    public static CertificateAuthority CreateRoot(CertificateSpec spec) =>
        new(SelfSigned(spec).Leaf, spec.Subject, spec.Key, StatedKeyIdentifier(spec), []);

    /// <summary>An ordinary root: CA, keyCertSign and cRLSign.</summary>
    /// <param name="commonName">Its common name.</param>
    /// <param name="notBefore">First moment of validity.</param>
    /// <param name="notAfter">Last moment of validity.</param>
    /// <param name="key">Its key.</param>
    /// <returns>The authority.</returns>
    public static CertificateAuthority CreateRoot(string commonName, DateTimeOffset notBefore, DateTimeOffset notAfter, ForgeKey key) =>
        CreateRoot(AuthoritySpec(DistinguishedName.CommonName(commonName), notBefore, notAfter, key));

    /// <summary>An authority that exists already.</summary>
    /// <param name="certificate">DER of its certificate.</param>
    /// <param name="key">Its key.</param>
    /// <param name="above">Intermediates above it that a handshake must send, nearest first; none by default.</param>
    /// <returns>The authority.</returns>
    /// <exception cref="CryptographicException">The certificate cannot be read.</exception>
    /// <exception cref="ArgumentException">The key does not belong to the certificate.</exception>
    public static CertificateAuthority FromExisting(
        ReadOnlyMemory<byte> certificate, ForgeKey key, params IEnumerable<ReadOnlyMemory<byte>> above)
    {
        using X509Certificate2 read = X509CertificateLoader.LoadCertificate(certificate.Span);
        if (!read.PublicKey.EncodedKeyValue.RawData.AsSpan().SequenceEqual(key.PublicKeyBits.Span))
        {
            throw new ArgumentException("The key does not belong to the certificate.", nameof(key));
        }

        bool isRoot = read.SubjectName.RawData.AsSpan().SequenceEqual(read.IssuerName.RawData);
        ReadOnlyMemory<byte>? keyIdentifier = read.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault()
            ?.SubjectKeyIdentifierBytes;
        return new CertificateAuthority(
            certificate,
            DistinguishedName.FromDer(read.SubjectName.RawData),
            key,
            keyIdentifier,
            isRoot ? [] : [certificate, .. above.Where(der => !der.Span.SequenceEqual(certificate.Span))]);
    }

    /// <summary>A certificate signed by its own key.</summary>
    /// <param name="spec">The certificate; the issuer defaults to its subject.</param>
    /// <returns>The identity, its chain being the leaf alone.</returns>
    public static ForgedIdentity SelfSigned(CertificateSpec spec)
    {
        byte[] der = CertificateWriter.Sign(spec, spec.Subject, spec.Key, StatedKeyIdentifier(spec));
        return new ForgedIdentity { Leaf = der, Chain = [der], Key = spec.Key };
    }

    /// <summary>The specification of an ordinary authority: CA, keyCertSign and cRLSign.</summary>
    /// <param name="subject">Its name.</param>
    /// <param name="notBefore">First moment of validity.</param>
    /// <param name="notAfter">Last moment of validity.</param>
    /// <param name="key">Its key.</param>
    /// <param name="pathLength">How many intermediates may follow; no limit by default.</param>
    /// <returns>The specification, to be changed with <c>with</c>.</returns>
    public static CertificateSpec AuthoritySpec(
        DistinguishedName subject, DateTimeOffset notBefore, DateTimeOffset notAfter, ForgeKey key, int? pathLength = null) => new()
        {
            Subject = subject,
            NotBefore = notBefore,
            NotAfter = notAfter,
            Key = key,
            BasicConstraints = new BasicConstraints(IsAuthority: true, pathLength),
            KeyUsages = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign,
        };

    /// <summary>Signs a certificate.</summary>
    /// <param name="spec">What it says.</param>
    /// <returns>The identity: its chain is the leaf, then <see cref="ChainToSend"/>.</returns>
    /// <exception cref="ArgumentException">The signature asked for does not fit this authority's key.</exception>
    public ForgedIdentity Issue(CertificateSpec spec)
    {
        byte[] leaf = CertificateWriter.Sign(spec, Subject, Key, KeyIdentifier);
        return new ForgedIdentity { Leaf = leaf, Chain = [leaf, .. ChainToSend], Key = spec.Key };
    }

    /// <summary>Signs the certificate of an authority below this one.</summary>
    /// <param name="spec">What it says; see <see cref="AuthoritySpec"/>.</param>
    /// <returns>The authority.</returns>
    /// <exception cref="ArgumentException">The signature asked for does not fit this authority's key.</exception>
    public CertificateAuthority CreateIntermediate(CertificateSpec spec)
    {
        ForgedIdentity issued = Issue(spec);
        return new CertificateAuthority(issued.Leaf, spec.Subject, spec.Key, StatedKeyIdentifier(spec), issued.Chain);
    }

    /// <summary>Signs a certificate revocation list.</summary>
    /// <param name="spec">What it says.</param>
    /// <returns>DER of the list.</returns>
    /// <exception cref="ArgumentException">The signature asked for does not fit this authority's key.</exception>
    public byte[] SignRevocationList(RevocationListSpec spec) => RevocationWriter.List(spec, this);

    /// <summary>Signs an OCSP answer about certificates of this authority.</summary>
    /// <param name="spec">What it says.</param>
    /// <param name="responder">A delegated responder's certificate and key, which is then enclosed; null lets the authority sign.</param>
    /// <returns>DER of the OCSPResponse.</returns>
    /// <exception cref="CryptographicException">The responder's certificate cannot be read.</exception>
    public byte[] SignOcspResponse(OcspResponseSpec spec, ForgedIdentity? responder = null) =>
        OcspWriter.Response(spec, this, responder);

    private static ReadOnlyMemory<byte>? StatedKeyIdentifier(CertificateSpec spec) => spec.SubjectKeyIdentifier switch
    {
        KeyIdentifierChoice.Exactly exactly => exactly.Value,
        KeyIdentifierChoice.Computed => spec.Key.KeyIdentifier,
        _ => null,
    };
}
