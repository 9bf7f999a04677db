using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Identity;

/// <summary>One snapshot of the store, ready to be asked. Immutable. A key that two identities claim is nobody's.</summary>
internal sealed class IdentityIndex
{
    private const string Spiffe = "spiffe:";

    private readonly FrozenDictionary<CertificateThumbprint, Owner> _bySha256;
    private readonly FrozenDictionary<IssuerSerialKey, Owner> _byIssuerSerial;
    private readonly FrozenDictionary<NameKey, Owner> _byAlternativeName;
    private readonly FrozenDictionary<string, Owner> _byName;
    private readonly FrozenSet<CertificateThumbprint> _revoked;
    private readonly ImmutableArray<DateTimeOffset> _dates;

    private IdentityIndex(
        Dictionary<CertificateThumbprint, Owner> bySha256,
        Dictionary<IssuerSerialKey, Owner> byIssuerSerial,
        Dictionary<NameKey, Owner> byAlternativeName,
        Dictionary<string, Owner> byName,
        StoredIdentities stored)
    {
        _bySha256 = bySha256.ToFrozenDictionary();
        _byIssuerSerial = byIssuerSerial.ToFrozenDictionary();
        _byAlternativeName = byAlternativeName.ToFrozenDictionary();
        _byName = byName.ToFrozenDictionary(StringComparer.Ordinal);
        _revoked = stored.Revoked.IsDefault ? [] : stored.Revoked.ToFrozenSet();
        _dates = [.. Each(stored).SelectMany(Dates).Distinct().Order()];
    }

    /// <summary>Sorts the identities of a store.</summary>
    public static IdentityIndex Of(StoredIdentities stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var bySha256 = new Dictionary<CertificateThumbprint, Owner>();
        var byIssuerSerial = new Dictionary<IssuerSerialKey, Owner>();
        var byAlternativeName = new Dictionary<NameKey, Owner>();
        var byName = new Dictionary<string, Owner>(StringComparer.Ordinal);
        foreach (CertificateIdentity identity in Each(stored))
        {
            Claim(byName, identity.Name, identity);
            foreach (CertificateMatch match in identity.Matches.IsDefault ? [] : identity.Matches)
            {
                switch (match)
                {
                    case CertificateMatch.Sha256 sha256:
                        Claim(bySha256, sha256.Thumbprint, identity);
                        break;
                    case CertificateMatch.IssuerSerial pair:
                        Claim(byIssuerSerial, new IssuerSerialKey(pair.Issuer.Der, pair.SerialNumber), identity);
                        break;
                    case CertificateMatch.AlternativeName name when NameKey.OfWritten(name.Name) is { } key:
                        Claim(byAlternativeName, key, identity);
                        break;
                    default:
                        // A name that no certificate can hold stands for nobody.
                        break;
                }
            }
        }

        return new IdentityIndex(bySha256, byIssuerSerial, byAlternativeName, byName, stored);
    }

    /// <summary>The first moment after <paramref name="now"/> at which some identity begins or ends; null when there is none.</summary>
    public DateTimeOffset? NextDate(DateTimeOffset now)
    {
        foreach (DateTimeOffset date in _dates)
        {
            if (date >= now)
            {
                return date;
            }
        }

        return null;
    }

    /// <summary>Finds the one identity that a certificate speaks for. The subject is never looked at.</summary>
    public Owner Find(CertificateProfile certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (_revoked.Contains(certificate.Thumbprint))
        {
            return Owner.Nobody;
        }

        Owner found = Owner.Nobody;
        found = found.And(Look(_bySha256, certificate.Thumbprint));
        found = found.And(Look(_byIssuerSerial, new IssuerSerialKey(certificate.Issuer.Der, certificate.SerialNumber)));
        if (_byAlternativeName.Count > 0)
        {
            foreach (GeneralName name in certificate.SubjectAlternativeNames)
            {
                if (Counts(name, certificate.SubjectAlternativeNames) && NameKey.Of(name) is { } key)
                {
                    found = found.And(Look(_byAlternativeName, key));
                }
            }
        }

        // Two accounts of one name cannot be told apart by whoever owns things by name.
        return found.Identity is { } identity ? found.And(Look(_byName, identity.Name)) : found;
    }

    /// <summary>Finds an identity by its name.</summary>
    public Owner Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Look(_byName, name);
    }

    /// <summary>A SPIFFE identity is the only URI of its certificate (X.509-SVID, section 2).</summary>
    private static bool Counts(GeneralName name, ImmutableArray<GeneralName> all) =>
        name is not GeneralName.Uri uri
        || !uri.Value.StartsWith(Spiffe, StringComparison.OrdinalIgnoreCase)
        || all.Count(other => other is GeneralName.Uri) == 1;

    private static void Claim<TKey>(Dictionary<TKey, Owner> table, TKey key, CertificateIdentity identity)
        where TKey : notnull =>
        table[key] = (table.TryGetValue(key, out Owner before) ? before : Owner.Nobody).And(new Owner(identity));

    private static Owner Look<TKey>(FrozenDictionary<TKey, Owner> table, TKey key)
        where TKey : notnull =>
        table.TryGetValue(key, out Owner owner) ? owner : Owner.Nobody;

    private static ImmutableArray<CertificateIdentity> Each(StoredIdentities stored) => stored.Identities.IsDefault ? [] : stored.Identities;

    private static IEnumerable<DateTimeOffset> Dates(CertificateIdentity identity)
    {
        if (identity.NotBefore is { } from)
        {
            yield return from;
        }

        if (identity.NotAfter is { } until)
        {
            yield return until;
        }
    }
}
