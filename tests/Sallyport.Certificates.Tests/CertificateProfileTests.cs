using System;
using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Certificates.Tests;

public sealed class CertificateProfileTests
{
    private static CertificateProfile Read(byte[] der)
    {
        CertificateProfile.TryRead(der, out CertificateProfile? profile, out CertificateDefect? defect).ShouldBeTrue(defect?.ToString());
        return profile.ShouldNotBeNull();
    }

    private static CertificateDefect Refused(byte[] der)
    {
        CertificateProfile.TryRead(der, out _, out CertificateDefect? defect).ShouldBeFalse();
        return defect.ShouldNotBeNull();
    }

    [Fact]
    public void Reads_the_fixed_fields()
    {
        byte[] der = Minted.Rich();
        using X509Certificate2 platform = X509CertificateLoader.LoadCertificate(der);
        CertificateProfile profile = Read(der);
        profile.Version.ShouldBe(3);
        profile.Thumbprint.ShouldBe(CertificateThumbprint.Of(platform));
        profile.SerialNumber.ToHex().ShouldBe(platform.SerialNumber.ToLowerInvariant());
        profile.Subject.Der.Span.SequenceEqual(platform.SubjectName.RawData).ShouldBeTrue();
        profile.Subject.Text.ShouldBe("CN=alice,O=Example");
        profile.IsSelfIssued.ShouldBeTrue();
        profile.NotBefore.ShouldBe(Minted.NotBefore);
        profile.NotAfter.ShouldBe(Minted.NotAfter);
        profile.PublicKey.Name.ShouldBe("EC P-256");
        profile.PublicKey.SecurityBits.ShouldBe(128);
        profile.PublicKey.SubjectPublicKeyInfo.Span.SequenceEqual(platform.PublicKey.ExportSubjectPublicKeyInfo()).ShouldBeTrue();
        profile.Signature.Name.ShouldBe("ECDSA SHA256");
        profile.Signature.IsWeak.ShouldBeFalse();
    }

    [Fact]
    public void Reads_names_of_every_kind()
    {
        byte[] der = Minted.SelfSigned("CN=x", Minted.Raw("2.5.29.17", static w => Minted.Sequence(w, () =>
        {
            using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                w.WriteObjectIdentifier("1.3.6.1.4.1.311.20.2.3");
                using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    w.WriteCharacterString(UniversalTagNumber.UTF8String, "alice@corp.example");
                }
            }

            w.WriteCharacterString(UniversalTagNumber.IA5String, "a@example.com", new Asn1Tag(TagClass.ContextSpecific, 1));
            w.WriteCharacterString(UniversalTagNumber.IA5String, "good.example\0.evil.example", new Asn1Tag(TagClass.ContextSpecific, 2));
            using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
            {
                w.WriteNull();
            }

            using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 4)))
            {
                w.WriteEncodedValue(new X500DistinguishedName("CN=dir").RawData);
            }

            using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 5)))
            {
                w.WriteNull();
            }

            w.WriteCharacterString(UniversalTagNumber.IA5String, "spiffe://example.com/a", new Asn1Tag(TagClass.ContextSpecific, 6));
            w.WriteOctetString([192, 0, 2, 7], new Asn1Tag(TagClass.ContextSpecific, 7));
            w.WriteObjectIdentifier("2.25.340282366920938463463374607431768211455", new Asn1Tag(TagClass.ContextSpecific, 8));
        })));
        ImmutableArray<GeneralName> names = Read(der).SubjectAlternativeNames;
        names.Length.ShouldBe(9);
        names[0].ShouldBeOfType<GeneralName.OtherName>().TypeId.ShouldBe("1.3.6.1.4.1.311.20.2.3");
        names[1].ShouldBe(new GeneralName.Email("a@example.com"));
        names[2].ShouldBe(new GeneralName.Dns("good.example\0.evil.example"));
        names[3].ShouldBe(new GeneralName.X400(Octets.Of([5, 0])));
        names[4].ShouldBeOfType<GeneralName.Directory>().Name.Text.ShouldBe("CN=dir");
        names[5].ShouldBe(new GeneralName.EdiParty(Octets.Of([5, 0])));
        names[6].ShouldBe(new GeneralName.Uri("spiffe://example.com/a"));
        names[7].ShouldBeOfType<GeneralName.Ip>().Address!.ToString().ShouldBe("192.0.2.7"); // four octets always give an address
        names[8].ShouldBe(new GeneralName.RegisteredId("2.25.340282366920938463463374607431768211455"));
    }

    [Fact]
    public void Reads_every_extension()
    {
        CertificateProfile profile = Read(Minted.Rich());
        profile.BasicConstraints.ShouldBe(new BasicConstraints(IsAuthority: true, PathLength: 2));
        profile.KeyUsage.ShouldBe(KeyUsages.KeyCertSign | KeyUsages.CrlSign | KeyUsages.DecipherOnly);
        profile.ExtendedKeyUsages.ShouldBe(["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"]);
        profile.SubjectAlternativeNames.Length.ShouldBe(6);
        profile.SubjectKeyIdentifier.ShouldBe(Octets.Of([1, 2, 3, 4]));
        profile.AuthorityKeyIdentifier.ShouldNotBeNull().KeyIdentifier.ShouldBe(Octets.Of([9, 8, 7]));
        profile.OcspUrls.ShouldBe(["http://ocsp.example/"]);
        profile.IssuerUrls.ShouldBe(["http://ca.example/ca.crt"]);
        profile.CrlUrls.ShouldBe(["http://crl.example/1.crl", "http://crl.example/2.crl"]);
        profile.Policies.Select(static p => p.Oid).ShouldBe(["1.3.6.1.4.1.99999.1"]);
        profile.PolicyMappings.ShouldBe([new PolicyMapping("1.3.6.1.4.1.99999.1", "1.3.6.1.4.1.99999.2")]);
        profile.PolicyConstraints.ShouldBe(new PolicyConstraints(1, 0));
        profile.InhibitAnyPolicy.ShouldBe(3);
        profile.NameConstraints.ShouldNotBeNull().Permitted.ShouldBe([new GeneralName.Dns(".example.com")]);
        profile.MustStaple.ShouldBeTrue();
        profile.HasSignedTimestamps.ShouldBeTrue();
        profile.HasOcspNoCheck.ShouldBeTrue();
        profile.IsPrecertificate.ShouldBeFalse();
        profile.UnknownCriticalExtensions.ShouldBe(["1.3.6.1.4.1.99999.77"]);
    }

    [Fact]
    public void Says_absent_when_there_is_nothing()
    {
        CertificateProfile profile = Read(Minted.SelfSigned());
        profile.KeyUsage.ShouldBeNull();
        profile.BasicConstraints.ShouldBeNull();
        profile.SubjectKeyIdentifier.ShouldBeNull();
        profile.AuthorityKeyIdentifier.ShouldBeNull();
        profile.InhibitAnyPolicy.ShouldBeNull();
        profile.ExtendedKeyUsages.ShouldBeEmpty();
        profile.OcspUrls.ShouldBeEmpty();
        profile.MustStaple.ShouldBeFalse();
    }

    [Theory]
    [InlineData(1024, 80)]
    [InlineData(2048, 112)]
    [InlineData(3072, 128)]
    public void Names_the_strength_of_RSA(int bits, int strength)
    {
        using RSA key = RSA.Create(bits);
        var request = new CertificateRequest("CN=rsa", key, HashAlgorithmName.SHA384, RSASignaturePadding.Pss);
        using X509Certificate2 certificate = request.CreateSelfSigned(Minted.NotBefore, Minted.NotAfter);
        CertificateProfile profile = Read(certificate.RawData);
        profile.PublicKey.Bits.ShouldBe(bits);
        profile.PublicKey.SecurityBits.ShouldBe(strength);
        profile.PublicKey.Exponent.ToHex().ShouldBe("010001");
        profile.Signature.Kind.ShouldBe(SignatureKind.RsaPss);
        profile.Signature.Name.ShouldBe("RSA-PSS SHA384");
        profile.Signature.SaltLength.ShouldBe(48);
    }

    [Fact]
    public void Keeps_a_serial_of_twenty_octets_whole()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        byte[] serial = [.. Enumerable.Range(1, 20).Select(static i => (byte)i)];
        using X509Certificate2 certificate = request.Create(
            request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), Minted.NotBefore, Minted.NotAfter, serial);
        Read(certificate.RawData).SerialNumber.Span.SequenceEqual(serial).ShouldBeTrue();
    }

    [Fact]
    public void Compares_names_without_case_and_white_space()
    {
        DistinguishedName name = Read(Minted.SelfSigned("CN=Alice  Smith,O=Example")).Subject;
        Read(Minted.SelfSigned("CN=alice smith,O=EXAMPLE")).Subject.ShouldBe(name);
        Read(Minted.SelfSigned("CN=alicesmith,O=EXAMPLE")).Subject.ShouldNotBe(name);
        name.IsWithin(Read(Minted.SelfSigned("O=example")).Subject).ShouldBeTrue();
        Read(Minted.SelfSigned("O=example")).Subject.IsWithin(name).ShouldBeFalse();
    }

    [Fact]
    public void Escapes_what_could_forge_a_log_line()
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName("a\n\u202eb,c");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest(builder.Build(), key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(Minted.NotBefore, Minted.NotAfter);
        Read(certificate.RawData).Subject.Text.ShouldBe(@"CN=a\0a\e2\80\aeb\,c");
    }

    [Fact]
    public void Names_the_defect()
    {
        byte[] der = Minted.SelfSigned();
        Refused([]).Kind.ShouldBe(CertificateDefectKind.Malformed);
        Refused([.. der, 0]).Kind.ShouldBe(CertificateDefectKind.TrailingData);
        Refused(der[..^1]).Kind.ShouldBe(CertificateDefectKind.Malformed);
        Refused(new byte[CertificateProfile.MaxDerBytes + 1]).Kind.ShouldBe(CertificateDefectKind.TooLarge);
        Refused(Minted.SelfSigned("CN=x", Minted.Raw("2.5.29.19", static w => w.WriteNull())))
            .ShouldBe(new CertificateDefect(CertificateDefectKind.MalformedExtension, "2.5.29.19"));
    }

    [Fact]
    public void Refuses_the_same_extension_twice()
    {
        byte[] der = Minted.SelfSigned("CN=x", Minted.Raw("1.2.3.4", static w => w.WriteNull()), Minted.Raw("1.2.3.5", static w => w.WriteNull()));
        int second = der.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x06, 0x03, 0x2a, 0x03, 0x05]);
        der[second + 4] = 0x04;
        Refused(der).ShouldBe(new CertificateDefect(CertificateDefectKind.DuplicateExtension, "1.2.3.4"));
    }
}
