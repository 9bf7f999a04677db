using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Forge.Der;

/// <summary>Writes the extensions of a certificate and the pieces that CRLs share with it.</summary>
internal static class ExtensionWriter
{
    /// <summary>All extensions of a specification; empty when there are none.</summary>
    internal static byte[] Extensions(CertificateSpec spec, ReadOnlyMemory<byte>? issuerKeyIdentifier)
    {
        byte[][] written = [.. Known(spec, issuerKeyIdentifier).Concat(spec.ExtraExtensions).Select(Extension)];
        return written.Length == 0 ? [] : DerWriter.Context(3, DerWriter.Sequence(written));
    }

    internal static byte[] Extension(CertificateExtension extension) => DerWriter.Sequence(
        DerWriter.Oid(extension.Oid),
        extension.Critical ? DerWriter.Boolean(true) : [],
        DerWriter.OctetString(extension.Value.Span));

    internal static byte[] GeneralNames(IEnumerable<GeneralName> names) => DerWriter.Sequence(names.Select(name => name.Encode()));

    internal static byte[] AuthorityKeyIdentifier(ReadOnlyMemory<byte> keyIdentifier) =>
        DerWriter.Sequence(DerWriter.ContextPrimitive(0, keyIdentifier.Span));

    /// <summary>One distribution point for each URL.</summary>
    internal static byte[] DistributionPoints(IEnumerable<string> urls) =>
        DerWriter.Sequence(urls.Select(url => DerWriter.Sequence(DerWriter.Context(0, FullName([url])))));

    /// <summary>DistributionPointName with its choice fullName.</summary>
    internal static byte[] FullName(IEnumerable<string> urls) =>
        DerWriter.Context(0, DerWriter.Concat(urls.Select(url => new GeneralName.Uri(url).Encode())));

    private static IEnumerable<CertificateExtension> Known(CertificateSpec spec, ReadOnlyMemory<byte>? issuerKeyIdentifier)
    {
        if (Chosen(spec.SubjectKeyIdentifier, spec.Key.KeyIdentifier) is { } subjectKey)
        {
            yield return Write(spec, Oids.SubjectKeyIdentifier, false, DerWriter.OctetString(subjectKey.Span));
        }

        if (Chosen(spec.AuthorityKeyIdentifier, issuerKeyIdentifier) is { } authorityKey)
        {
            yield return Write(spec, Oids.AuthorityKeyIdentifier, false, AuthorityKeyIdentifier(authorityKey));
        }

        if (spec.BasicConstraints is { } basic)
        {
            yield return Write(spec, Oids.BasicConstraints, true, DerWriter.Sequence(
                basic.IsAuthority ? DerWriter.Boolean(true) : [],
                basic.PathLength is { } length ? DerWriter.Integer(length) : []));
        }

        if (spec.KeyUsages != X509KeyUsageFlags.None)
        {
            yield return Write(spec, Oids.KeyUsage, true, DerWriter.KeyUsage(spec.KeyUsages));
        }

        if (!spec.ExtendedKeyUsages.IsDefaultOrEmpty)
        {
            yield return Write(spec, Oids.ExtendedKeyUsage, false, DerWriter.Sequence(spec.ExtendedKeyUsages.Select(DerWriter.Oid)));
        }

        if (!spec.SubjectAltNames.IsDefaultOrEmpty)
        {
            bool isOnlyName = spec.Subject == DistinguishedName.Empty;
            yield return Write(spec, Oids.SubjectAltName, isOnlyName, GeneralNames(spec.SubjectAltNames));
        }

        foreach (CertificateExtension extension in Policy(spec).Concat(Locations(spec)))
        {
            yield return extension;
        }
    }

    private static IEnumerable<CertificateExtension> Policy(CertificateSpec spec)
    {
        if (spec.NameConstraints is { } constraints)
        {
            yield return Write(spec, Oids.NameConstraints, true, DerWriter.Sequence(
                Subtrees(0, constraints.Permitted), Subtrees(1, constraints.Excluded)));
        }

        if (!spec.Policies.IsDefaultOrEmpty)
        {
            yield return Write(spec, Oids.CertificatePolicies, false, DerWriter.Sequence(
                spec.Policies.Select(policy => DerWriter.Sequence(DerWriter.Oid(policy)))));
        }
    }

    private static IEnumerable<CertificateExtension> Locations(CertificateSpec spec)
    {
        byte[][] access =
        [
            .. spec.OcspUrls.Select(url => AccessDescription(Oids.AccessOcsp, url)),
            .. spec.CaIssuersUrls.Select(url => AccessDescription(Oids.AccessCaIssuers, url)),
        ];
        if (access.Length > 0)
        {
            yield return Write(spec, Oids.AuthorityInformationAccess, false, DerWriter.Sequence(access));
        }

        if (!spec.CrlUrls.IsDefaultOrEmpty)
        {
            yield return Write(spec, Oids.CrlDistributionPoints, false, DistributionPoints(spec.CrlUrls));
        }
    }

    private static ReadOnlyMemory<byte>? Chosen(KeyIdentifierChoice choice, ReadOnlyMemory<byte>? computed) => choice switch
    {
        KeyIdentifierChoice.Exactly exactly => exactly.Value,
        KeyIdentifierChoice.Computed => computed,
        _ => null,
    };

    private static byte[] AccessDescription(string method, string url) =>
        DerWriter.Sequence(DerWriter.Oid(method), new GeneralName.Uri(url).Encode());

    private static byte[] Subtrees(int number, ImmutableArray<GeneralName> names) => names.IsDefaultOrEmpty
        ? []
        : DerWriter.Context(number, DerWriter.Concat(names.Select(name => DerWriter.Sequence(name.Encode()))));

    private static CertificateExtension Write(CertificateSpec spec, string oid, bool critical, byte[] value) =>
        new(oid, spec.Criticality.GetValueOrDefault(oid, critical), value);
}
