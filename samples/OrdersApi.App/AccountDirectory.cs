using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrdersApi.App;

/// <summary>The registered accounts: found by the SHA-256 of the certificate, or, when that weakness is on, by its common name.</summary>
internal sealed class AccountDirectory
{
    private readonly FrozenDictionary<string, Account> _byCertificate;
    private readonly FrozenDictionary<string, Account> _byName;
    private readonly bool _byCommonName;

    public AccountDirectory(IReadOnlyCollection<OrdersIdentity> identities, bool byCommonName)
    {
        _byCommonName = byCommonName;
        _byCertificate = identities.ToFrozenDictionary(
            identity => Fingerprint(identity.Forged.Leaf.Span),
            identity => new Account(identity.Name, identity.Role),
            StringComparer.Ordinal);
        _byName = _byCertificate.Values.ToFrozenDictionary(account => account.Name, StringComparer.OrdinalIgnoreCase);
    }

    public IEnumerable<Account> Everyone => _byName.Values.OrderBy(account => account.Name, StringComparer.Ordinal);

    public Account? Find(X509Certificate2 certificate)
    {
        if (!_byCommonName)
        {
            return _byCertificate.GetValueOrDefault(Fingerprint(certificate.RawDataMemory.Span));
        }

        // The flaw is the point: text of a name is no identity, and this split breaks on names that a CA may well sign.
        var parts = certificate.Subject.Split(", ").Select(part => part.Split('=')).ToDictionary(part => part[0], part => part[1]);
        return _byName.GetValueOrDefault(parts["CN"].Trim());
    }

    private static string Fingerprint(ReadOnlySpan<byte> certificate) => Convert.ToHexString(SHA256.HashData(certificate));
}
