using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Scan.Config;

/// <summary>Finds the order of certificates that were given in any order.</summary>
internal static class CertificateOrder
{
    private const int Longest = 20;

    /// <summary>Whether the certificate says that it is a CA.</summary>
    public static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(extension => extension.CertificateAuthority);

    /// <summary>The leaf, then each issuer by name; a self-signed root is left out, since servers have their own.</summary>
    public static ImmutableArray<ImmutableArray<byte>> FromLeaf(X509Certificate2 leaf, IReadOnlyCollection<X509Certificate2> given)
    {
        var chain = ImmutableArray.CreateBuilder<ImmutableArray<byte>>();
        chain.Add([.. leaf.RawData]);
        X509Certificate2 last = leaf;
        var left = given.Where(certificate => certificate != leaf).ToList();
        while (chain.Count < Longest && !IsSelfIssued(last))
        {
            X509Certificate2? issuer = left.Find(candidate => IsIssuer(candidate, last) && HasKeyIdentifierOf(candidate, last))
                ?? left.Find(candidate => IsIssuer(candidate, last));
            if (issuer is null || IsSelfIssued(issuer))
            {
                break;
            }

            chain.Add([.. issuer.RawData]);
            left.Remove(issuer);
            last = issuer;
        }

        return chain.ToImmutable();
    }

    private static bool IsSelfIssued(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static bool IsIssuer(X509Certificate2 candidate, X509Certificate2 issued) =>
        candidate.SubjectName.RawData.AsSpan().SequenceEqual(issued.IssuerName.RawData);

    private static bool HasKeyIdentifierOf(X509Certificate2 candidate, X509Certificate2 issued)
    {
        ReadOnlyMemory<byte>? wanted = issued.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier;
        ReadOnlyMemory<byte>? own = candidate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault()?.SubjectKeyIdentifierBytes;
        return wanted is { } w && own is { } o && w.Span.SequenceEqual(o.Span);
    }
}
