using System;
using System.Collections.Concurrent;
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
    private const string Administrator = "admin";
    private static readonly TimeSpan _late = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan _stale = TimeSpan.FromSeconds(6);

    private readonly FrozenDictionary<string, string> _byCertificate;
    private readonly FrozenSet<string> _names;
    private readonly Database _data;
    private readonly FrozenSet<Weakness> _weak;
    private readonly TimeProvider _time;
    private readonly bool _byCommonName;
    private readonly ConcurrentDictionary<string, Remembered> _remembered = new(StringComparer.Ordinal);

    public AccountDirectory(IReadOnlyCollection<OrdersIdentity> identities, Database data, FrozenSet<Weakness> weak, TimeProvider time)
    {
        _data = data;
        _weak = weak;
        _time = time;
        _byCommonName = weak.Contains(Weakness.AccountByCommonName);
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
    public Account? Find(string name)
    {
        if (!_weak.Contains(Weakness.StaleRole) && !_weak.Contains(Weakness.LateDecision))
        {
            return Read(name);
        }

        var now = _time.GetUtcNow();
        return _remembered.AddOrUpdate(
            name,
            _ => new Remembered(Read(name), now),
            (_, before) => IsBelieved(before, now) ? before : new Remembered(Read(name), now)).Account;
    }

    private bool IsBelieved(Remembered before, DateTimeOffset now) => _weak.Contains(Weakness.StaleRole)
        ? before.Account?.Role == Administrator && now - before.Since < _stale
        : now - before.Since < _late;

    private Account? Read(string name) =>
        _data.First($"SELECT name, role FROM accounts WHERE name = {name}", row => new Account(row.GetString(0), row.GetString(1)));

    private static string Fingerprint(ReadOnlySpan<byte> certificate) => Convert.ToHexString(SHA256.HashData(certificate));

    private sealed record Remembered(Account? Account, DateTimeOffset Since);
}
