using System.Linq;

namespace Sallyport.Tls.Tests;

public sealed class RegistryTests
{
    [Fact]
    public void Groups_know_their_strength_and_kind()
    {
        NamedGroup.X25519.ToString().ShouldBe("x25519");
        new NamedGroup(0x0013).IsWeak.ShouldBeTrue();
        NamedGroup.Secp256R1.IsWeak.ShouldBeFalse();
        NamedGroup.X25519MlKem768.ShouldSatisfyAllConditions(static g => g.IsPostQuantum.ShouldBeTrue(), static g => g.IsTls13.ShouldBeTrue());
        new NamedGroup(0x0100).ShouldSatisfyAllConditions(static g => g.IsFiniteField.ShouldBeTrue(), static g => g.Bits.ShouldBe(2048));
        new NamedGroup(0x4242).Name.ShouldBe("0x4242");
        NamedGroup.All.Distinct().Count().ShouldBe(NamedGroup.All.Length);
    }

    [Fact]
    public void Signature_schemes_know_their_hash_and_key()
    {
        SignatureScheme.All.Where(static scheme => scheme.UsesSha1).Select(static scheme => scheme.Name)
            .ShouldBe(["rsa_pkcs1_sha1", "dsa_sha1", "ecdsa_sha1"]);
        SignatureScheme.All.Where(static scheme => scheme.UsesMd5).Count().ShouldBe(3);
        SignatureScheme.RsaPssRsaeSha256.ShouldSatisfyAllConditions(static s => s.IsRsa.ShouldBeTrue(), static s => s.IsRsaPss.ShouldBeTrue(), static s => s.IsEcdsa.ShouldBeFalse());
        SignatureScheme.EcdsaSecp384R1Sha384.IsEcdsa.ShouldBeTrue();
        new SignatureScheme(0x0909).Name.ShouldBe("0x0909");
    }

    [Fact]
    public void An_alert_prints_its_registered_name_and_number()
    {
        new TlsAlert(2, 48).ToString().ShouldBe("unknown_ca (48)");
        new TlsAlert(2, 116).Name.ShouldBe("certificate_required");
        new TlsAlert(2, 200).Name.ShouldBe("alert_200");
        new TlsAlert(1, 0).ShouldSatisfyAllConditions(static a => a.IsCloseNotify.ShouldBeTrue(), static a => a.IsFatal.ShouldBeFalse());
    }
}
