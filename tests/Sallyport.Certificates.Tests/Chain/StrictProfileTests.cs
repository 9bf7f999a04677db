using System;
using System.Collections.Generic;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Tests.Chain;

public sealed class StrictProfileTests : IDisposable
{
    private readonly Authority _root = Authority.Root();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Accepts_a_conforming_client() => Judge(_root.Client()).ShouldBeNull();

    [Theory]
    [InlineData("1.3.6.1.5.5.7.3.1")]
    [InlineData("2.5.29.37.0")]
    public void Refuses_another_purpose(string purpose) =>
        Only(_root.Client("CN=a", new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false)), RefusalReason.PurposeMissing,
            static p => p with { RequiredPurpose = null });

    [Fact]
    public void Refuses_a_leaf_without_any_purpose()
    {
        CertificateRequest request = _root.ClientRequest();
        request.CertificateExtensions.RemoveAt(1);
        Only(_root.Sign(request), RefusalReason.PurposeMissing, static p => p with { RequiredPurpose = null });
    }

    [Fact]
    public void Refuses_a_purpose_that_the_issuer_may_not_give()
    {
        using Authority servers = _root.Sub("CN=Servers", null, new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        Judge(servers.Client(), servers.Der)?.Reason.ShouldBe(RefusalReason.PurposeMissing);
    }

    [Fact]
    public void Refuses_a_key_usage_without_digital_signature() =>
        Only(_root.Client("CN=a", new X509KeyUsageExtension(X509KeyUsageFlags.KeyAgreement, critical: true)), RefusalReason.KeyUsageMissing,
            static p => p with { RequireDigitalSignature = false });

    [Fact]
    public void Asks_for_a_key_usage_only_when_told()
    {
        CertificateRequest request = _root.ClientRequest();
        request.CertificateExtensions.RemoveAt(0);
        byte[] leaf = _root.Sign(request);
        Judge(leaf).ShouldBeNull();
        JudgeBy(new StrictProfile { RequireKeyUsage = true }, leaf)?.Reason.ShouldBe(RefusalReason.KeyUsageMissing);
    }

    [Fact]
    public void Refuses_an_authority_as_client()
    {
        using Authority sub = _root.Sub("CN=a", null, new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        Only(sub.Der, RefusalReason.LeafIsAuthority, static p => p with { AllowAuthorityAsLeaf = true, RequireDigitalSignature = false });
    }

    [Fact]
    public void Refuses_a_SHA_1_signature()
    {
        CertificateRequest request = _root.ClientRequest();
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(_root.Profile.SubjectKeyIdentifier.ShouldNotBeNull().Span));
        using X509Certificate2 leaf = request.Create(_root.Subject, new Sha1Signer(_root.Key), Minted.NotBefore, Minted.NotAfter, [1]);
        Only(leaf.RawData, RefusalReason.WeakSignature, static p => p with { RefuseWeakSignatures = false });
    }

    [Fact]
    public void Refuses_a_short_RSA_key()
    {
        using RSA key = RSA.Create(1024);
        Only(Signed(new CertificateRequest("CN=rsa", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)), RefusalReason.WeakKey,
            static p => p with { MinimumRsaBits = 1024 });
    }

    [Fact]
    public void Refuses_a_small_curve()
    {
        using ECDsa key = ECDsa.Create(ECCurve.CreateFromFriendlyName("nistP224"));
        Only(Signed(new CertificateRequest("CN=ec", key, HashAlgorithmName.SHA256)), RefusalReason.WeakKey, static p => p with { MinimumCurveBits = 224 });
    }

    [Theory]
    [InlineData(new byte[] { 0 }, true)]
    [InlineData(new byte[] { 0x80 }, true)]
    [InlineData(new byte[] { 1 }, false)]
    public void Refuses_a_serial_that_is_not_positive(byte[] serial, bool refused)
    {
        // The platform always writes a positive serial: the octet is changed and the certificate signed again.
        byte[] leaf = Resign(_root.Client(), [2, 1, .. serial]);
        (Judge(leaf)?.Reason == RefusalReason.BadSerialNumber).ShouldBe(refused);
        JudgeBy(null, leaf).ShouldBeNull();
    }

    [Fact]
    public void Refuses_a_serial_above_twenty_octets()
    {
        byte[] twenty = _root.Sign(_root.ClientRequest(), Minted.NotBefore, Minted.NotAfter, [.. System.Linq.Enumerable.Repeat((byte)0xff, 20)]);
        Judge(twenty).ShouldBeNull();
        byte[] more = _root.Sign(_root.ClientRequest(), Minted.NotBefore, Minted.NotAfter, [.. System.Linq.Enumerable.Repeat((byte)0x7f, 21)]);
        Only(more, RefusalReason.BadSerialNumber, static p => p with { RequireConformance = false });
    }

    [Theory]
    [InlineData("a_b.example")]
    [InlineData("-a.example")]
    [InlineData("a..example")]
    [InlineData("a.example.")]
    [InlineData("good.example\0.evil.example")]
    [InlineData("a b")]
    public void Refuses_a_malformed_DNS_name(string name)
    {
        X509Extension names = Minted.Raw("2.5.29.17", w => Minted.Sequence(
            w, () => w.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2))));
        Only(_root.Client("CN=a", names), RefusalReason.BadName, static p => p with { RequireConformance = false });
    }

    [Fact]
    public void Refuses_an_empty_subject_unless_the_alternative_name_is_critical()
    {
        Only(_root.Client("", ChainVerifierTests.Named("a.example")), RefusalReason.BadName, static p => p with { RequireConformance = false });
        var critical = new X509Extension(ChainVerifierTests.Named("a.example"), critical: true);
        Judge(_root.Client("", critical)).ShouldBeNull();
    }

    [Fact]
    public void Refuses_the_wrong_criticality()
    {
        using Authority sub = _root.Sub("CN=s", null, Minted.Raw("2.5.29.36", static w => Minted.Sequence(w, () => w.WriteInteger(9, new Asn1Tag(TagClass.ContextSpecific, 0)))));
        Refusal refusal = Judge(sub.Client(), sub.Der).ShouldNotBeNull();
        refusal.Reason.ShouldBe(RefusalReason.BadExtension);
        refusal.Detail.ShouldBe("2.5.29.36");
        refusal.Certificate.ShouldBe(CertificateThumbprint.Of(sub.Der));
    }

    [Fact]
    public void Refuses_key_identifiers_that_do_not_chain()
    {
        Only(_root.Client("CN=a", X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier([1, 2, 3])), RefusalReason.BadKeyIdentifier,
            static p => p with { RequireConformance = false });
        Only(_root.Client("CN=a", Minted.Raw("2.5.29.35", static w => Minted.Sequence(w, static () => { }))), RefusalReason.BadKeyIdentifier,
            static p => p with { RequireConformance = false });
    }

    [Fact]
    public void Refuses_an_anchor_out_of_its_dates_or_without_authority()
    {
        using Authority weak = Authority.Root("CN=Weak", null, new X509BasicConstraintsExtension(false, false, 0, critical: true));
        Verify(new StrictProfile(), weak, weak.Client(), Authority.Now)?.Reason.ShouldBe(RefusalReason.BadAnchor);
        Verify(null, weak, weak.Client(), Authority.Now).ShouldBeNull();

        CertificateRequest request = _root.ClientRequest();
        byte[] late = _root.Sign(request, Minted.NotBefore, Minted.NotAfter.AddYears(1), [1]);
        Verify(new StrictProfile(), _root, late, Minted.NotAfter.AddDays(1))?.Reason.ShouldBe(RefusalReason.BadAnchor);
        Verify(null, _root, late, Minted.NotAfter.AddDays(1)).ShouldBeNull();
    }

    [Fact]
    public void Allows_only_the_names_that_are_listed()
    {
        byte[] leaf = _root.Client("CN=a.corp.example", ChainVerifierTests.Named("b.corp.example"));
        JudgeBy(new StrictProfile { AllowedNames = [NamePattern.Dns("*.corp.example")] }, leaf).ShouldBeNull();
        JudgeBy(new StrictProfile { AllowedNames = [NamePattern.Dns("a.corp.example")] }, leaf)?.Reason.ShouldBe(RefusalReason.NameNotAllowed);
        JudgeBy(new StrictProfile { AllowedNames = [] }, leaf)?.Reason.ShouldBe(RefusalReason.NameNotAllowed);
    }

    /// <summary>The strict profile refuses for this reason, and with that one rule switched off there is nothing left to refuse.</summary>
    private void Only(byte[] leaf, RefusalReason reason, Func<StrictProfile, StrictProfile> without)
    {
        Judge(leaf).ShouldNotBeNull().Reason.ShouldBe(reason);
        JudgeBy(without(new StrictProfile()), leaf).ShouldBeNull();
    }

    private Refusal? Judge(byte[] leaf, params IEnumerable<byte[]> presented) => Verify(new StrictProfile(), _root, leaf, Authority.Now, presented);

    private Refusal? JudgeBy(StrictProfile? profile, byte[] leaf) => Verify(profile, _root, leaf, Authority.Now);

    private static Refusal? Verify(StrictProfile? profile, Authority root, byte[] leaf, DateTimeOffset now, params IEnumerable<byte[]> presented)
    {
        var policy = new ChainPolicy { Profile = profile, Revocation = new RevocationPolicy { Mode = RevocationMode.Off } };
        List<ReadOnlyMemory<byte>> others = [];
        foreach (byte[] der in presented)
        {
            others.Add(der);
        }

        return new ChainVerifier([root.Anchor], [], policy).Verify(leaf, others, RevocationSnapshot.Empty, now) is ChainVerdict.Refused refused
            ? refused.Refusal
            : null;
    }

    private byte[] Signed(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        return _root.Sign(request);
    }

    private byte[] Resign(byte[] der, byte[] serial)
    {
        var certificate = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        byte[] tbs = certificate.ReadEncodedValue().ToArray();
        byte[] algorithm = certificate.ReadEncodedValue().ToArray();
        AsnReader old = new AsnReader(tbs, AsnEncodingRules.DER).ReadSequence();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        Minted.Sequence(writer, () =>
        {
            writer.WriteEncodedValue(old.ReadEncodedValue().Span);
            old.ReadEncodedValue();
            writer.WriteEncodedValue(serial);
            while (old.HasData)
            {
                writer.WriteEncodedValue(old.ReadEncodedValue().Span);
            }
        });
        byte[] signed = writer.Encode();
        var whole = new AsnWriter(AsnEncodingRules.DER);
        Minted.Sequence(whole, () =>
        {
            whole.WriteEncodedValue(signed);
            whole.WriteEncodedValue(algorithm);
            whole.WriteBitString(_root.Key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        });
        return whole.Encode();
    }
}
