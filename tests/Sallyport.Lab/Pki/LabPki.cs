using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using Sallyport.Forge;
using Sallyport.Forge.Matrix;
using Sallyport.Lab.Servers;

namespace Sallyport.Lab.Pki;

/// <summary>A throw-away PKI: one server CA, two client CAs, a rogue one, and identities good and bad. P-256 throughout.</summary>
/// <remarks>Everything is minted when first asked for; files live in a folder of its own with mode 600 and go on dispose.</remarks>
public sealed class LabPki : IDisposable
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    private const string Organization = "2.5.4.10";
    private const string CommonName = "2.5.4.3";

    private readonly LabFiles _files = new();
    private readonly DateTimeOffset _now;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, Lazy<LabIdentity>> _identities = new(StringComparer.Ordinal);
    private readonly Lazy<LabAuthority> _rogueCa;
    private readonly Lazy<ServerMaterial> _material;
    private int _variants;

    /// <summary>A PKI that is valid from five minutes ago for two days.</summary>
    public LabPki(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _now = time.GetUtcNow();
        ServerCa = NewRoot("server-ca", "Lab Server CA");
        ClientCa = NewRoot("client-ca", "Lab Client CA");
        OtherClientCa = NewRoot("other-client-ca", "Lab Other Client CA");
        _rogueCa = new Lazy<LabAuthority>(() => NewRoot("rogue-ca", "Lab Client CA"));
        _material = new Lazy<ServerMaterial>(MakeMaterial);
    }

    /// <summary>Signs server certificates.</summary>
    public LabAuthority ServerCa { get; }

    /// <summary>The client CA that the sites trust; its key is what a user gives as <c>--client-ca-key</c>.</summary>
    public LabAuthority ClientCa { get; }

    /// <summary>The second client CA, trusted by public.test only.</summary>
    public LabAuthority OtherClientCa { get; }

    /// <summary>An authority with the name of <see cref="ClientCa"/> and another key.</summary>
    public LabAuthority RogueCa => _rogueCa.Value;

    /// <summary>The server: localhost, 127.0.0.1, ::1, public.test and secret.test.</summary>
    public LabIdentity Server => Once("server", () => ServerFor("localhost", "127.0.0.1", "::1", LabApi.PublicHost, LabApi.SecretHost));

    /// <summary>Identity A, with the lowest role.</summary>
    public LabIdentity Alice => Once("alice", () => Client("alice"));

    /// <summary>Identity B, with the same role.</summary>
    public LabIdentity Bob => Once("bob", () => Client("bob"));

    /// <summary>The administrator.</summary>
    public LabIdentity Root => Once("root", () => Client("root"));

    /// <summary>alice, on <see cref="RevocationListFile"/>.</summary>
    public LabIdentity Revoked => Once("revoked", () => Client("alice"));

    /// <summary>alice, expired 40 days ago.</summary>
    public LabIdentity Expired => Once("expired", () => Client("alice", spec => spec with
    {
        NotBefore = _now.AddDays(-80),
        NotAfter = _now.AddDays(-40),
    }));

    /// <summary>alice, valid in 40 days.</summary>
    public LabIdentity NotYetValid => Once("not-yet-valid", () => Client("alice", spec => spec with
    {
        NotBefore = _now.AddDays(40),
        NotAfter = _now.AddDays(80),
    }));

    /// <summary>alice, with the extended key usage serverAuth only.</summary>
    public LabIdentity ServerUsageOnly =>
        Once("server-usage", () => Client("alice", spec => spec with { ExtendedKeyUsages = [ServerAuth] }));

    /// <summary>alice, without any extended key usage.</summary>
    public LabIdentity NoUsage => Once("no-usage", () => Client("alice", spec => spec with { ExtendedKeyUsages = [] }));

    /// <summary>A right certificate for a name that has no account.</summary>
    public LabIdentity Unmapped => Once("unmapped", () => Client("nobody"));

    /// <summary>alice, under the second client CA.</summary>
    public LabIdentity Other => Once("other", () => Client("alice", authority: OtherClientCa));

    /// <summary>alice, under the rogue CA that has the right name.</summary>
    public LabIdentity Rogue => Once("rogue", () => Client("alice", authority: RogueCa));

    /// <summary>alice, signed by her own key.</summary>
    public LabIdentity SelfSigned => Once("self-signed", () => Own("alice", CertificateAuthority.SelfSigned(ClientSpec("alice") with
    {
        AuthorityKeyIdentifier = new KeyIdentifierChoice.Omitted(),
    })));

    /// <summary>PEM file: the list of <see cref="ClientCa"/> with <see cref="Revoked"/> on it.</summary>
    public string RevocationListFile => ClientCa.RevocationListFile("revoked", Revoked);

    /// <summary>PEM file: the list of <see cref="OtherClientCa"/>, empty.</summary>
    public string OtherRevocationListFile => OtherClientCa.RevocationListFile("empty");

    /// <summary>What the lab's servers take; owned by this PKI.</summary>
    public ServerMaterial Material => _material.Value;

    /// <summary>A new server certificate for these names (IP literals become IP names), changed as the test needs it.</summary>
    public LabIdentity ServerFor(string name, params IEnumerable<string> more) => ServerWith(spec => spec, [name, .. more]);

    /// <summary>A new server certificate that says something else than a right one: expired, another name, another usage.</summary>
    public LabIdentity ServerWith(Func<CertificateSpec, CertificateSpec> change, params IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(change);
        string[] all = [.. names];
        CertificateSpec spec = LeafSpec(DistinguishedName.CommonName(all[0])) with
        {
            SubjectAltNames = [.. all.Select(ServerName)],
            ExtendedKeyUsages = [ServerAuth],
        };
        return Own(all[0], ServerCa.Authority.Issue(change(spec)));
    }

    /// <summary>A new client certificate, changed as the test needs it; under <see cref="ClientCa"/> unless another is named.</summary>
    public LabIdentity Client(string name, Func<CertificateSpec, CertificateSpec>? change = null, LabAuthority? authority = null)
    {
        CertificateSpec spec = ClientSpec(name);
        return Own(name, (authority ?? ClientCa).Authority.Issue(change?.Invoke(spec) ?? spec));
    }

    /// <summary>A right client certificate below an intermediate of <see cref="ClientCa"/>, which it sends.</summary>
    public LabIdentity ClientThroughIntermediate(string name)
    {
        CertificateAuthority intermediate = ClientCa.Authority.CreateIntermediate(AuthoritySpec("Lab Client Intermediate CA"));
        return Own(name, intermediate.Issue(ClientSpec(name)));
    }

    /// <summary>What the forge is told of this PKI: A is alice, B is bob, the client CA comes with its key.</summary>
    public MatrixInput MatrixInput(string? callbackUrl = null) => new()
    {
        GenuineLeaf = Alice.Forged.Leaf,
        GenuineKey = Alice.Forged.Key,
        GenuineHasLowestRole = true,
        ClientAuthority = ClientCa.Authority,
        SecondLeaf = Bob.Forged.Leaf,
        OtherLeaves = [Root.Forged.Leaf],
        CallbackUrl = callbackUrl,
        Time = _time,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LabIdentity identity in _identities.Values.Where(lazy => lazy.IsValueCreated).Select(lazy => lazy.Value))
        {
            identity.Dispose();
        }

        foreach (LabAuthority authority in (LabAuthority[])[ServerCa, ClientCa, OtherClientCa])
        {
            authority.Dispose();
        }

        if (_rogueCa.IsValueCreated)
        {
            RogueCa.Dispose();
        }

        _files.Dispose();
    }

    private ServerMaterial MakeMaterial() => new()
    {
        ServerCertificateFile = Server.CertificateFile,
        ServerKeyFile = Server.KeyFile,
        ClientCaFile = ClientCa.CertificateFile,
        OtherClientCaFile = OtherClientCa.CertificateFile,
        ClientCrlFile = RevocationListFile,
        ServerIdentity = Server,
        ClientCa = ClientCa,
        OtherClientCa = OtherClientCa,
    };

    private LabIdentity Once(string key, Func<LabIdentity> mint) => _identities.GetOrAdd(key, _ => new Lazy<LabIdentity>(mint)).Value;

    /// <summary>Names the files of an identity and makes this PKI its owner.</summary>
    private LabIdentity Own(string name, ForgedIdentity forged)
    {
        string fileName = $"{Interlocked.Increment(ref _variants)}-{(name.All(char.IsAsciiLetterOrDigit) ? name : "identity")}";
        LabIdentity identity = new(name, fileName, forged, _files);
        return _identities.GetOrAdd(" " + fileName, _ => new Lazy<LabIdentity>(identity)).Value;
    }

    private LabAuthority NewRoot(string fileName, string commonName) => new(
        fileName, CertificateAuthority.CreateRoot(AuthoritySpec(commonName)), _files, _now);

    private CertificateSpec AuthoritySpec(string commonName) => CertificateAuthority.AuthoritySpec(
        DistinguishedName.Of(new NameAttribute(Organization, "Sallyport Lab"), new NameAttribute(CommonName, commonName)),
        _now.AddMinutes(-5),
        _now.AddDays(2),
        ForgeKey.P256());

    private CertificateSpec ClientSpec(string name) => LeafSpec(DistinguishedName.CommonName(name)) with
    {
        SubjectAltNames = [new GeneralName.Dns(name + ".client.test")],
        ExtendedKeyUsages = [ClientAuth],
    };

    private CertificateSpec LeafSpec(DistinguishedName subject) => new()
    {
        Subject = subject,
        NotBefore = _now.AddMinutes(-5),
        NotAfter = _now.AddDays(1),
        Key = ForgeKey.P256(),
        BasicConstraints = new BasicConstraints(IsAuthority: false),
        KeyUsages = X509KeyUsageFlags.DigitalSignature,
    };

    private static GeneralName ServerName(string name) =>
        IPAddress.TryParse(name, out IPAddress? address) ? new GeneralName.Ip(address) : new GeneralName.Dns(name);
}
