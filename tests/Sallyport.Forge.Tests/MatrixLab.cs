using System;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Forge.Matrix;

namespace Sallyport.Forge.Tests;

/// <summary>A client CA with the identities alice and bob, as a user of the matrix would bring them.</summary>
internal sealed class MatrixLab
{
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    internal MatrixLab(ForgeKey? authorityKey = null, Func<CertificateSpec, CertificateSpec>? changeAlice = null, int? pathLength = null)
    {
        Authority = CertificateAuthority.CreateRoot(CertificateAuthority.AuthoritySpec(
            DistinguishedName.Of(new NameAttribute("2.5.4.10", "Lab"), new NameAttribute("2.5.4.3", "Client CA")),
            Time.Now.AddYears(-1),
            Time.Now.AddYears(1),
            authorityKey ?? ForgeKey.P256(),
            pathLength));
        CertificateSpec alice = Identity("alice") with
        {
            SubjectAltNames = [new GeneralName.Dns("alice.example"), new GeneralName.Ip(IPAddress.Loopback)],
            CrlUrls = ["http://127.0.0.1:9/list.crl"],
        };
        Alice = Authority.Issue(changeAlice?.Invoke(alice) ?? alice);
        Bob = Authority.Issue(Identity("bob") with { SubjectAltNames = [new GeneralName.Dns("bob.example")] });
    }

    internal FixedTime Time { get; } = new();

    internal CertificateAuthority Authority { get; }

    internal ForgedIdentity Alice { get; }

    internal ForgedIdentity Bob { get; }

    internal MatrixInput Everything => new()
    {
        GenuineLeaf = Alice.Leaf,
        GenuineHasLowestRole = true,
        Time = Time,
        GenuineKey = Alice.Key,
        ClientAuthority = Authority,
        SecondLeaf = Bob.Leaf,
        AuthorityNames = [Authority.Subject.Encoded, DistinguishedName.CommonName("Another client CA").Encoded],
        CallbackUrl = "http://127.0.0.1:9/callback/",
    };

    internal MatrixInput WithoutKeys => Everything with
    {
        GenuineKey = null,
        ClientAuthority = null,
        ClientAuthorityCertificate = null,
        SecondLeaf = null,
        CallbackUrl = null,
        AuthorityNames = [],
    };

    internal CertificateSpec Identity(string name) => new()
    {
        Subject = DistinguishedName.Of(new NameAttribute("2.5.4.10", "Lab"), new NameAttribute("2.5.4.3", name)),
        NotBefore = Time.Now.AddDays(-1),
        NotAfter = Time.Now.AddDays(30),
        Key = ForgeKey.P256(),
        BasicConstraints = new BasicConstraints(IsAuthority: false),
        KeyUsages = X509KeyUsageFlags.DigitalSignature,
        ExtendedKeyUsages = [ClientAuth],
    };

    internal static MatrixIdentity Of(IdentityMatrix matrix, string name) => matrix.Identities.Single(identity => Name(identity) == name);

    internal static string Name(MatrixIdentity identity) => $"{identity.RuleId}/{identity.Variant}";

    internal static ImmutableArray<string> Names(IdentityMatrix matrix) => [.. matrix.Identities.Select(Name)];
}
