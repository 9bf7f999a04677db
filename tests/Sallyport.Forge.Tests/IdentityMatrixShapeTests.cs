using System;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Forge.Matrix;

namespace Sallyport.Forge.Tests;

public sealed class IdentityMatrixShapeTests
{
    [Fact]
    public void The_control_copies_A_in_all_but_key_serial_and_dates()
    {
        MatrixLab lab = new();
        using IdentityMatrix matrix = IdentityMatrix.Create(lab.Everything);
        using X509Certificate2 control = Leaf(matrix, "control/leaf");
        using X509Certificate2 alice = X509CertificateLoader.LoadCertificate(lab.Alice.Leaf.Span);

        control.SubjectName.RawData.ShouldBe(alice.SubjectName.RawData);
        control.IssuerName.RawData.ShouldBe(alice.IssuerName.RawData);
        foreach (string oid in (string[])["2.5.29.17", "2.5.29.15", "2.5.29.37", "2.5.29.19", "2.5.29.31", "2.5.29.35"])
        {
            control.Extensions[oid].ShouldNotBeNull(oid).RawData.ShouldBe(alice.Extensions[oid].ShouldNotBeNull(oid).RawData, oid);
        }

        control.SerialNumber.ShouldNotBe(alice.SerialNumber);
        control.PublicKey.EncodedKeyValue.RawData.ShouldNotBe(alice.PublicKey.EncodedKeyValue.RawData);
    }

    [Theory]
    [InlineData("P-384")]
    [InlineData("P-521")]
    [InlineData("RSA")]
    public void The_twin_of_the_issuer_differs_in_its_key_alone(string kind)
    {
        MatrixLab lab = new(kind switch
        {
            "P-384" => ForgeKey.P384(),
            "P-521" => ForgeKey.P521(),
            _ => ForgeKey.Rsa(2048),
        });
        using IdentityMatrix matrix = IdentityMatrix.Create(lab.Everything);
        ForgedIdentity forged = MatrixLab.Of(matrix, "MTLS-103/with-issuer").Identity;
        using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(forged.Leaf.Span);
        using X509Certificate2 twin = X509CertificateLoader.LoadCertificate(forged.Chain[1].Span);
        using X509Certificate2 alice = X509CertificateLoader.LoadCertificate(lab.Alice.Leaf.Span);
        using X509Certificate2 authority = X509CertificateLoader.LoadCertificate(lab.Authority.Certificate.Span);

        leaf.SerialNumber.ShouldBe(alice.SerialNumber);
        leaf.SubjectName.RawData.ShouldBe(alice.SubjectName.RawData);
        leaf.IssuerName.RawData.ShouldBe(alice.IssuerName.RawData);
        leaf.SignatureAlgorithm.Value.ShouldBe(alice.SignatureAlgorithm.Value);
        leaf.Extensions["2.5.29.14"].ShouldNotBeNull().RawData.ShouldBe(alice.Extensions["2.5.29.14"].ShouldNotBeNull().RawData);
        leaf.Extensions["2.5.29.35"].ShouldNotBeNull().RawData.ShouldBe(alice.Extensions["2.5.29.35"].ShouldNotBeNull().RawData);
        twin.SubjectName.RawData.ShouldBe(authority.SubjectName.RawData);
        twin.SerialNumber.ShouldBe(authority.SerialNumber);
        twin.Extensions["2.5.29.14"].ShouldNotBeNull().RawData.ShouldBe(authority.Extensions["2.5.29.14"].ShouldNotBeNull().RawData);
        twin.PublicKey.EncodedKeyValue.RawData.ShouldNotBe(authority.PublicKey.EncodedKeyValue.RawData);
    }

    [Fact]
    public void Every_identity_can_sign_with_the_key_of_its_leaf()
    {
        using IdentityMatrix matrix = IdentityMatrix.Create(new MatrixLab().Everything);

        foreach (MatrixIdentity identity in matrix.Identities)
        {
            using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(identity.Identity.Leaf.Span);
            leaf.PublicKey.ExportSubjectPublicKeyInfo().ShouldBe(
                identity.Identity.Key.Algorithm.ExportSubjectPublicKeyInfo(), MatrixLab.Name(identity));
        }
    }

    [Fact]
    public void The_oversize_chains_hold_100_certificates_and_more_than_16_kilobytes()
    {
        using IdentityMatrix matrix = IdentityMatrix.Create(new MatrixLab().WithoutKeys);

        foreach (MatrixIdentity identity in matrix.Identities.Where(identity => identity.RuleId == "MTLS-126"))
        {
            identity.Identity.Chain.Length.ShouldBe(100);
            identity.Identity.Chain.Sum(der => der.Length).ShouldBeGreaterThan(16 * 1024);
        }
    }

    [Fact]
    public void Each_canary_certificate_points_at_its_own_address()
    {
        using IdentityMatrix matrix = IdentityMatrix.Create(new MatrixLab().Everything);
        MatrixIdentity[] canaries = [.. matrix.Identities.Where(identity => identity.CanaryUrl is not null)];

        canaries.Length.ShouldBe(6);
        canaries.Select(canary => canary.CanaryUrl).ShouldBeUnique();
        foreach (MatrixIdentity canary in canaries)
        {
            string url = canary.CanaryUrl.ShouldNotBeNull();
            url.ShouldStartWith("http://127.0.0.1:9/callback/mtls-");
            System.Text.Encoding.Latin1.GetString(canary.Identity.Leaf.Span).ShouldContain(url + "/");
        }
    }

    [Fact]
    public void The_victims_certificate_travels_with_the_signature_of_A()
    {
        MatrixLab lab = new();
        using IdentityMatrix matrix = IdentityMatrix.Create(lab.Everything);

        MatrixLab.Of(matrix, "MTLS-120/victim-first").Identity.Chain.ShouldBe([lab.Bob.Leaf, lab.Alice.Leaf]);
        MatrixLab.Of(matrix, "MTLS-120/victim-appended").Identity.Chain.ShouldBe([lab.Alice.Leaf, lab.Bob.Leaf]);
        MatrixLab.Of(matrix, "MTLS-120/victim-first").Identity.Key.ShouldBe(lab.Alice.Key);
    }

    [Fact]
    public void The_second_issuer_prints_like_the_first_and_is_not_the_first()
    {
        MatrixLab lab = new();
        using IdentityMatrix matrix = IdentityMatrix.Create(lab.Everything);
        using X509Certificate2 leaf = Leaf(matrix, "MTLS-123/issuer-text");
        using X509Certificate2 alice = X509CertificateLoader.LoadCertificate(lab.Alice.Leaf.Span);

        leaf.IssuerName.RawData.ShouldNotBe(alice.IssuerName.RawData);
        leaf.Issuer.Replace("\"", "", StringComparison.Ordinal).ShouldBe(alice.Issuer);
        leaf.SerialNumber.ShouldBe(alice.SerialNumber);
    }

    [Fact]
    public void Garbage_in_place_of_a_certificate_is_the_callers_mistake() => Should.Throw<CryptographicException>(
        () => IdentityMatrix.Create(new MatrixLab().Everything with { GenuineLeaf = new byte[] { 0x30, 0x03, 1, 2, 3 } }));

    private static X509Certificate2 Leaf(IdentityMatrix matrix, string name) =>
        X509CertificateLoader.LoadCertificate(MatrixLab.Of(matrix, name).Identity.Leaf.Span);
}
