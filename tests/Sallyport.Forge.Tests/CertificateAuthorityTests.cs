using System;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;

namespace Sallyport.Forge.Tests;

public sealed class CertificateAuthorityTests
{
    private readonly FixedTime _time = new();

    [Fact]
    public void Every_field_reads_back_by_the_platform()
    {
        CertificateAuthority root = Root(ForgeKey.P256());
        byte[] serial = [0x01, 0x23, 0x45];
        CertificateSpec spec = Leaf("alice") with
        {
            Serial = serial,
            Subject = DistinguishedName.OfRdns(
            [
                [new NameAttribute("2.5.4.6", "XX", NameStringKind.Printable)],
                [
                    new NameAttribute("2.5.4.10", "Größe", NameStringKind.Bmp),
                    new NameAttribute("2.5.4.11", "ünit", NameStringKind.Teletex),
                ],
                [new NameAttribute("2.5.4.3", "alice ✓")],
            ]),
            SubjectAltNames =
            [
                new GeneralName.Dns("alice.example"), new GeneralName.Email("alice@example.com"),
                new GeneralName.Uri("spiffe://example/alice"),
                new GeneralName.Ip(IPAddress.IPv6Loopback), new GeneralName.Directory(DistinguishedName.CommonName("also alice")),
                GeneralName.Other.Utf8("1.3.6.1.4.1.311.20.2.3", "alice@corp"),
                new GeneralName.RegisteredId("2.25.123456789012345678901234567890"),
            ],
            Policies = ["1.3.6.1.4.1.99999.1"],
            CaIssuersUrls = ["http://127.0.0.1:9/ca.cer"],
            OcspUrls = ["http://127.0.0.1:9/ocsp"],
            CrlUrls = ["http://127.0.0.1:9/list.crl"],
            ExtraExtensions = [new CertificateExtension("1.3.6.1.4.1.99999.7", Critical: true, new byte[] { 5, 0 })],
            Criticality = ImmutableDictionary<string, bool>.Empty.Add("2.5.29.37", true),
        };

        using X509Certificate2 read = X509CertificateLoader.LoadCertificate(root.Issue(spec).Leaf.Span);

        read.Version.ShouldBe(3);
        read.SerialNumberBytes.ToArray().ShouldBe(serial);
        read.NotBefore.ToUniversalTime().ShouldBe(spec.NotBefore.UtcDateTime);
        read.NotAfter.ToUniversalTime().ShouldBe(spec.NotAfter.UtcDateTime);
        read.IssuerName.RawData.ShouldBe(root.Subject.Encoded.ToArray());
        read.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false).Count(rdn => rdn.HasMultipleElements).ShouldBe(1);
        read.GetNameInfo(X509NameType.SimpleName, false).ShouldBe("alice ✓");
        X509SubjectAlternativeNameExtension names = read.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        names.EnumerateDnsNames().ShouldBe(["alice.example"]);
        names.EnumerateIPAddresses().ShouldBe([IPAddress.IPv6Loopback]);
        read.GetNameInfo(X509NameType.EmailName, false).ShouldBe("alice@example.com");
        read.GetNameInfo(X509NameType.UpnName, false).ShouldBe("alice@corp");
        read.GetNameInfo(X509NameType.UrlName, false).ShouldBe("spiffe://example/alice");
        X509AuthorityInformationAccessExtension access = read.Extensions.OfType<X509AuthorityInformationAccessExtension>().Single();
        access.EnumerateOcspUris().ShouldBe(["http://127.0.0.1:9/ocsp"]);
        access.EnumerateCAIssuersUris().ShouldBe(["http://127.0.0.1:9/ca.cer"]);
        read.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Single().KeyIdentifier.ShouldNotBeNull().ToArray()
            .ShouldBe(root.KeyIdentifier.ShouldNotBeNull().ToArray());
        X509EnhancedKeyUsageExtension usages = read.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single();
        usages.Critical.ShouldBeTrue();
        usages.EnhancedKeyUsages.Cast<Oid>().Select(oid => oid.Value).ShouldBe(["1.3.6.1.5.5.7.3.2"]);
        read.Extensions["1.3.6.1.4.1.99999.7"].ShouldNotBeNull().Critical.ShouldBeTrue();
        read.Extensions["2.5.29.32"].ShouldNotBeNull();
        read.Extensions["2.5.29.31"].ShouldNotBeNull();
    }

    [Theory]
    [InlineData(CertificateSignature.EcdsaSha256)]
    [InlineData(CertificateSignature.EcdsaSha384)]
    [InlineData(CertificateSignature.EcdsaSha512)]
    [InlineData(CertificateSignature.EcdsaSha1)]
    [InlineData(CertificateSignature.RsaSha256)]
    [InlineData(CertificateSignature.RsaSha384)]
    [InlineData(CertificateSignature.RsaSha512)]
    [InlineData(CertificateSignature.RsaSha1)]
    [InlineData(CertificateSignature.RsaPssSha256)]
    public async Task Openssl_checks_every_kind_of_signature(CertificateSignature signature)
    {
        using Openssl openssl = Openssl.OrSkip();
        bool isRsa = signature.ToString().StartsWith("Rsa", StringComparison.Ordinal);
        CertificateAuthority root = Root(isRsa ? ForgeKey.Rsa(2048) : ForgeKey.P384());
        bool isSha1 = signature is CertificateSignature.EcdsaSha1 or CertificateSignature.RsaSha1;

        ForgedIdentity leaf = root.Issue(Leaf("alice") with { Signature = signature });

        int verdict = await openssl.VerifyAsync(root.Certificate, leaf.Leaf, [], _time.Now, "-auth_level", isSha1 ? "0" : "2");
        verdict.ShouldBe(0);
    }

    [Fact]
    public void A_signature_that_does_not_fit_the_key_is_the_callers_mistake() => Should.Throw<ArgumentException>(
        () => Root(ForgeKey.P256()).Issue(Leaf("alice") with { Signature = CertificateSignature.RsaSha256 }));

    [Fact]
    public async Task A_changed_octet_breaks_the_signature()
    {
        using Openssl openssl = Openssl.OrSkip();
        CertificateAuthority root = Root(ForgeKey.P256());
        byte[] leaf = root.Issue(Leaf("alice")).Leaf.ToArray();
        leaf[leaf.AsSpan().IndexOf("alice"u8)] = (byte)'A';

        (await openssl.VerifyAsync(root.Certificate, leaf, [], _time.Now)).ShouldBe(7);
    }

    [Fact]
    public void Version_1_and_odd_serials_are_written_as_asked()
    {
        CertificateSpec old = new()
        {
            Version = 1,
            Subject = DistinguishedName.CommonName("old"),
            NotBefore = _time.Now,
            NotAfter = new DateTimeOffset(2062, 1, 1, 0, 0, 0, TimeSpan.Zero),
            Key = ForgeKey.P256(),
            Serial = Enumerable.Repeat((byte)0x7E, 40).ToArray(),
            SubjectKeyIdentifier = new KeyIdentifierChoice.Omitted(),
            AuthorityKeyIdentifier = new KeyIdentifierChoice.Omitted(),
        };

        using X509Certificate2 read = X509CertificateLoader.LoadCertificate(CertificateAuthority.SelfSigned(old).Leaf.Span);

        read.Version.ShouldBe(1);
        read.Extensions.ShouldBeEmpty();
        read.SerialNumberBytes.Length.ShouldBe(40);
        read.NotAfter.ToUniversalTime().Year.ShouldBe(2062);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Exports_read_back_with_their_key(bool isRsa)
    {
        CertificateAuthority root = Root(ForgeKey.P256());
        CertificateAuthority middle = root.CreateIntermediate(CertificateAuthority.AuthoritySpec(
            DistinguishedName.CommonName("Middle"), _time.Now.AddDays(-1), _time.Now.AddDays(1), ForgeKey.P256(), 0));
        ForgedIdentity identity = middle.Issue(Leaf("alice") with { Key = isRsa ? ForgeKey.Rsa(1024) : ForgeKey.P384() });

        using X509Certificate2 pem = X509Certificate2.CreateFromPem(identity.ExportChainPem(), identity.ExportKeyPem());
        using X509Certificate2 pkcs12 = X509CertificateLoader.LoadPkcs12(identity.ExportPkcs12("secret"), "secret");
        X509Certificate2Collection all = X509CertificateLoader.LoadPkcs12Collection(identity.ExportPkcs12(""), "");

        pem.RawData.ShouldBe(identity.Leaf.ToArray());
        pem.HasPrivateKey.ShouldBeTrue();
        pkcs12.RawData.ShouldBe(identity.Leaf.ToArray());
        pkcs12.HasPrivateKey.ShouldBeTrue();
        all.Count.ShouldBe(2);
        identity.Chain.Length.ShouldBe(2);
        identity.ExportChainPem().Split("-----BEGIN CERTIFICATE-----").Length.ShouldBe(3);
    }

    [Fact]
    public void The_public_key_is_written_as_the_platform_writes_it()
    {
        foreach (ForgeKey key in (ForgeKey[])[ForgeKey.P256(), ForgeKey.P384(), ForgeKey.P521(), ForgeKey.Rsa(1024)])
        {
            key.SubjectPublicKeyInfo.ToArray().ShouldBe(key.Algorithm.ExportSubjectPublicKeyInfo());
            key.Dispose();
        }
    }

    [Fact]
    public void Another_kind_of_key_is_refused()
    {
        using ECDsa foreign = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10"));
        using DSA dsa = DSA.Create(1024);

        Should.Throw<ArgumentException>(() => ForgeKey.From(foreign));
        Should.Throw<ArgumentException>(() => ForgeKey.From(dsa));
    }

    private CertificateAuthority Root(ForgeKey key) =>
        CertificateAuthority.CreateRoot("Root", _time.Now.AddDays(-1), _time.Now.AddDays(1), key);

    private CertificateSpec Leaf(string name) => new()
    {
        Subject = DistinguishedName.CommonName(name),
        NotBefore = _time.Now.AddHours(-1),
        NotAfter = _time.Now.AddHours(1),
        Key = ForgeKey.P256(),
        BasicConstraints = new BasicConstraints(IsAuthority: false),
        KeyUsages = X509KeyUsageFlags.DigitalSignature,
        ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.2"],
    };
}
