using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Sallyport.Certificates.Revocation;

/// <summary>Whether a list is about a certificate, by one of its distribution points (RFC 5280, section 6.3.3 (b) and (d)).</summary>
internal static class PointScope
{
    /// <param name="list">The list.</param>
    /// <param name="certificate">The certificate.</param>
    /// <param name="point">One of its distribution points, or null for the implied one: its issuer's own list.</param>
    /// <param name="reasons">The reasons that list and point cover together.</param>
    public static bool Covers(CertificateRevocationList list, CertificateProfile certificate, DistributionPoint? point, out RevocationReasons reasons)
    {
        IssuingDistributionPoint? scope = list.Extensions.Point;
        reasons = (point?.Reasons ?? RevocationReasons.All) & (scope?.Reasons ?? RevocationReasons.All) & RevocationReasons.All;
        bool otherIssuer = point is not null && !point.Issuers.IsEmpty;
        bool issuerFits = otherIssuer
            ? list.IsIndirect && NamesOf(point!).Any(list.Issuer.Equals) // not null: otherIssuer says so
            : list.Issuer.Equals(certificate.Issuer);
        if (!issuerFits)
        {
            return false;
        }

        if (scope is null)
        {
            return true;
        }

        bool isAuthority = certificate.BasicConstraints is { IsAuthority: true };
        return !scope.OnlyAttributes
            && !(scope.OnlyUsers && isAuthority)
            && !(scope.OnlyAuthorities && !isAuthority)
            && (scope.Name is null || Keys(scope.Name, list.Issuer).Overlaps(PointKeys(certificate, point)));
    }

    /// <summary>The issuers whose lists a point means.</summary>
    public static IEnumerable<DistinguishedName> IssuersOf(CertificateProfile certificate, DistributionPoint? point) =>
        point is null || point.Issuers.IsEmpty ? [certificate.Issuer] : NamesOf(point);

    /// <summary>RFC 5280, section 6.3.3 (c): same issuer, same scope, same signer's key, and fit to be laid over the base.</summary>
    public static bool DeltaFits(CertificateRevocationList delta, CertificateRevocationList complete) =>
        delta.Issuer.Equals(complete.Issuer)
        && delta.Extensions.PointDer == complete.Extensions.PointDer
        && delta.Extensions.AuthorityKey?.KeyIdentifier == complete.Extensions.AuthorityKey?.KeyIdentifier
        && delta.Extensions.Base is { } from
        && complete.Number is { } number
        && delta.Number is { } newer
        && Compare(number, from) >= 0
        && Compare(newer, number) >= 0;

    /// <summary>Whether a delta reaches back at least as far as another one, so that it says all that the other said.</summary>
    public static bool SpansAsFar(CertificateRevocationList delta, CertificateRevocationList other) =>
        delta.Extensions.Base is { } from && other.Extensions.Base is { } since && Compare(from, since) <= 0;

    private static IEnumerable<DistinguishedName> NamesOf(DistributionPoint point) =>
        point.Issuers.OfType<GeneralName.Directory>().Select(static d => d.Name);

    private static HashSet<object> PointKeys(CertificateProfile certificate, DistributionPoint? point)
    {
        if (point?.Name is { } name)
        {
            DistinguishedName issuer = NamesOf(point).FirstOrDefault() ?? certificate.Issuer;
            return Keys(name, issuer);
        }

        ImmutableArray<GeneralName> issuers = point?.Issuers ?? [];
        return issuers.IsEmpty ? [Joined(certificate.Issuer.Canonical)] : [.. issuers.Select(Key)];
    }

    /// <summary>A point's names as comparable values; a relative name is completed by the CRL issuer's.</summary>
    private static HashSet<object> Keys(DistributionPointName name, DistinguishedName issuer) => name switch
    {
        DistributionPointName.Full full => [.. full.Names.Select(Key)],
        DistributionPointName.Relative relative => [Joined(issuer.Canonical.Add(relative.Canonical))],
        _ => [],
    };

    private static object Key(GeneralName name) => name is GeneralName.Directory directory ? Joined(directory.Name.Canonical) : name;

    /// <summary>Relative names hold their own lengths, so joining them stays unambiguous.</summary>
    private static string Joined(ImmutableArray<string> canonical) => string.Join('\0', canonical);

    private static int Compare(Octets left, Octets right) =>
        left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.Span.SequenceCompareTo(right.Span);
}
