using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrdersApi.App.Data;

namespace OrdersApi.App;

/// <summary>The registered accounts: found by the SHA-256 of the certificate, or, when that weakness is on, by its common name.</summary>
internal sealed class AccountDirectory
{
    private readonly FrozenDictionary<string, string> _byCertificate;
    private readonly FrozenSet<string> _names;
    private readonly Database _data;
    private readonly bool _byCommonName;

    public AccountDirectory(IReadOnlyCollection<OrdersIdentity> identities, Database data, bool byCommonName)
    {
        _data = data;
        _byCommonName = byCommonName;
        _byCertificate = identities.ToFrozenDictionary(
            identity => Fingerprint(identity.Forged.Leaf.Span), identity => identity.Name, StringComparer.Ordinal);
        _names = identities.Select(identity => identity.Name).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The account of a certificate, with the role that it has now; null for one without.</summary>
    public Account? Find(X509Certificate2 certificate)
    {
        if (!_byCommonName)
        {
            return _byCertificate.GetValueOrDefault(Fingerprint(certificate.RawDataMemory.Span)) is { } name ? Find(name) : null;
        }

        // The flaw is the point: text of a name is no identity, and this split breaks on names that a CA may well sign.
        var parts = certificate.Subject.Split(", ").Select(part => part.Split('=')).ToDictionary(part => part[0], part => part[1]);
        return _names.TryGetValue(parts["CN"].Trim(), out var called) ? Find(called) : null;
    }

    /// <summary>An account by its name, with the role that it has now.</summary>
    public Account? Find(string name) =>
        _data.First($"SELECT name, role FROM accounts WHERE name = {name}", row => new Account(row.GetString(0), row.GetString(1)));

    private static string Fingerprint(ReadOnlySpan<byte> certificate) => Convert.ToHexString(SHA256.HashData(certificate));
}
