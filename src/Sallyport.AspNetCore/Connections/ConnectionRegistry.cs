using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Connections;

/// <summary>Everything that is open because of a certificate.</summary>
/// <remarks>Looked through as a whole when something changed, never on a request's way: some thousand entries take less than a millisecond.</remarks>
internal sealed class ConnectionRegistry
{
    private readonly ConcurrentDictionary<OpenConnection, bool> _open = new();

    /// <summary>How many there are.</summary>
    public int Count => _open.Count;

    /// <summary>All of them; those that come or go meanwhile may be in it or not.</summary>
    public IEnumerable<OpenConnection> All => _open.Select(static pair => pair.Key);

    /// <summary>Enters one. Whoever enters it checks the epoch again afterwards: a change in between has not seen it.</summary>
    public void Add(OpenConnection connection) => _open[connection] = true;

    /// <summary>Takes one out, open or not.</summary>
    public void Remove(OpenConnection connection) => _open.TryRemove(connection, out _);

    /// <summary>Those of one certificate.</summary>
    public IEnumerable<OpenConnection> OfCertificate(CertificateThumbprint thumbprint) => All.Where(w => w.Standing.Certificate.Thumbprint == thumbprint);

    /// <summary>Those of the certificate that an issuer gave this serial number.</summary>
    public IEnumerable<OpenConnection> OfSerial(DistinguishedName issuer, Octets serialNumber)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        return All.Where(w => w.Standing.Certificate.Leaf is var leaf && leaf.SerialNumber == serialNumber && leaf.Issuer.Equals(issuer));
    }

    /// <summary>Those whose path goes through an authority, trust anchor or intermediate.</summary>
    public IEnumerable<OpenConnection> OfAuthority(CertificateThumbprint authority) => All.Where(w =>
        w.Standing.Certificate is var certificate
        && (certificate.Anchor.Certificate.Thumbprint == authority || certificate.Path.Skip(1).Any(c => c.Thumbprint == authority)));

    /// <summary>Those of one identity, as far as identities were known when last looked at.</summary>
    public IEnumerable<OpenConnection> OfIdentity(string name) => All.Where(w => w.Identity == name);
}
