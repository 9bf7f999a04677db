using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Sallyport.Forge.Matrix;

namespace Sallyport.Forge.Tests;

public sealed class IdentityMatrixVerdictTests
{
    private const int Good = 0;
    private const int BadSignature = 7;
    private const int UnknownIssuer = 20;
    private const int FalseAuthority = 79;

    /// <summary>What openssl's verifier must say of each shape: its one defect and no other.</summary>
    private static readonly FrozenDictionary<string, int> _verdicts = new Dictionary<string, int>
    {
        ["control/leaf"] = Good,
        ["control/intermediate"] = Good,
        ["MTLS-101/self-signed"] = 18,
        ["MTLS-102/leaf-only"] = UnknownIssuer,
        ["MTLS-102/with-root"] = 19,
        ["MTLS-103/leaf-only"] = BadSignature,
        ["MTLS-103/with-issuer"] = BadSignature,
        ["MTLS-103/requested-name-1"] = 19,
        ["MTLS-104/expired"] = 10,
        ["MTLS-105/not-yet-valid"] = 9,
        ["MTLS-106/server-auth"] = 26,
        ["MTLS-107/no-eku"] = Good,
        ["MTLS-108/any-eku"] = 26,
        ["MTLS-109/same-name"] = FalseAuthority,
        ["MTLS-109/other-name"] = FalseAuthority,
        ["MTLS-110/path-length"] = 25,
        ["MTLS-110/name-constraints-dns"] = 47,
        ["MTLS-110/name-constraints-directory"] = 48,
        ["MTLS-114/rsa-1024"] = 66,
        ["MTLS-114/sha1"] = 68,
        ["MTLS-120/victim-appended"] = Good,
        ["MTLS-120/victim-second"] = Good,
        ["MTLS-120/victim-first"] = Good,
        ["MTLS-122/cn-only"] = Good,
        ["MTLS-122/cn-multi-valued"] = Good,
        ["MTLS-122/cn-first"] = Good,
        ["MTLS-122/cn-last"] = Good,
        ["MTLS-122/cn-nul"] = Good,
        ["MTLS-122/cn-comma"] = Good,
        ["MTLS-122/cn-space"] = Good,
        ["MTLS-122/cn-case"] = Good,
        ["MTLS-122/san-as-email"] = Good,
        ["MTLS-122/san-as-uri"] = Good,
        ["MTLS-122/san-as-other"] = Good,
        ["MTLS-122/san-as-cn"] = Good,
        ["MTLS-122/san-nul"] = Good,
        ["MTLS-122/san-space"] = Good,
        ["MTLS-122/san-case"] = Good,
        ["MTLS-123/duplicate-serial"] = Good,
        ["MTLS-123/issuer-text"] = Good,
        ["MTLS-125/ldap-cn"] = Good,
        ["MTLS-125/ldap-san"] = Good,
        ["MTLS-125/sql-cn"] = Good,
        ["MTLS-125/sql-san"] = Good,
        ["MTLS-125/log-cn"] = Good,
        ["MTLS-125/log-san"] = Good,
        ["MTLS-125/header-cn"] = Good,
        ["MTLS-125/header-san"] = Good,
        ["MTLS-125/aia"] = Good,
        ["MTLS-125/cdp"] = Good,
        ["MTLS-125/ocsp"] = Good,
        ["MTLS-126/flat"] = UnknownIssuer,
        ["MTLS-126/deep"] = UnknownIssuer,
        ["MTLS-302/stranger"] = Good,
        ["MTLS-303/same-subject"] = Good,
        ["MTLS-303/same-common-name"] = Good,
        ["MTLS-306/quotes"] = Good,
        ["MTLS-306/nul"] = Good,
        ["MTLS-306/utf8"] = Good,
        ["MTLS-306/bmp"] = Good,
        ["MTLS-306/newline"] = Good,
        ["MTLS-306/long"] = Good,
        ["MTLS-306/ten-intermediates"] = Good,
        ["MTLS-307/aia"] = UnknownIssuer,
        ["MTLS-307/cdp"] = UnknownIssuer,
        ["MTLS-307/ocsp"] = UnknownIssuer,
    }.ToFrozenDictionary();

    [Fact]
    public void Every_shape_has_a_verdict_and_every_verdict_a_shape()
    {
        using IdentityMatrix matrix = IdentityMatrix.Create(new MatrixLab().Everything);

        MatrixLab.Names(matrix).ShouldBe(_verdicts.Keys, ignoreOrder: true);
    }

    [Fact]
    public async Task Openssl_refuses_each_shape_for_its_one_defect_and_accepts_the_controls()
    {
        using Openssl openssl = Openssl.OrSkip();
        MatrixLab lab = new();
        using IdentityMatrix matrix = IdentityMatrix.Create(lab.Everything);

        (await WrongVerdictsAsync(openssl, lab, matrix)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_holds_below_a_client_authority_with_an_rsa_key()
    {
        using Openssl openssl = Openssl.OrSkip();
        MatrixLab lab = new(ForgeKey.Rsa(2048));
        using IdentityMatrix matrix = IdentityMatrix.Create(lab.Everything);

        (await WrongVerdictsAsync(openssl, lab, matrix)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_leaf_of_the_client_authority_stands_in_as_false_authority_where_the_key_of_A_is_absent()
    {
        using Openssl openssl = Openssl.OrSkip();
        MatrixLab lab = new();
        using IdentityMatrix matrix = IdentityMatrix.Create(lab.Everything with { GenuineKey = null });

        ForgedIdentity minted = MatrixLab.Of(matrix, "MTLS-109/minted").Identity;

        (await openssl.VerifyAsync(lab.Authority.Certificate, minted.Leaf, minted.Chain.Skip(1), lab.Time.Now)).ShouldBe(FalseAuthority);
    }

    [Fact]
    public async Task The_short_lived_copy_is_good_now_and_expired_a_little_later()
    {
        using Openssl openssl = Openssl.OrSkip();
        MatrixLab lab = new();
        using IdentityMatrix matrix = IdentityMatrix.Create(lab.Everything);
        lab.Time.Now = lab.Time.Now.AddMinutes(9);

        ForgedIdentity minted = matrix.MintShortLived(TimeSpan.FromSeconds(20)).ShouldNotBeNull().Identity;

        (await openssl.VerifyAsync(lab.Authority.Certificate, minted.Leaf, [], lab.Time.Now)).ShouldBe(Good);
        (await openssl.VerifyAsync(lab.Authority.Certificate, minted.Leaf, [], lab.Time.Now.AddSeconds(21))).ShouldBe(10);
    }

    [Fact]
    public async Task An_authority_that_the_platform_made_works_as_well()
    {
        using Openssl openssl = Openssl.OrSkip();
        MatrixLab lab = new();
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("C=XX, O=Foreign, CN=Foreign CA", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using X509Certificate2 root = request.CreateSelfSigned(lab.Time.Now.AddDays(-1), lab.Time.Now.AddDays(1));
        CertificateAuthority authority = CertificateAuthority.FromExisting(root.RawData, ForgeKey.From(key));
        using IdentityMatrix matrix = IdentityMatrix.Create(lab.Everything with { ClientAuthority = authority });

        ForgedIdentity control = MatrixLab.Of(matrix, "control/leaf").Identity;

        (await openssl.VerifyAsync(root.RawData, control.Leaf, [], lab.Time.Now)).ShouldBe(Good);
    }

    [Fact]
    public async Task Every_certificate_is_well_formed()
    {
        using Openssl openssl = Openssl.OrSkip();
        using IdentityMatrix matrix = IdentityMatrix.Create(new MatrixLab().Everything);

        foreach (ReadOnlyMemory<byte> der in matrix.Identities.SelectMany(identity => identity.Identity.Chain.Take(3)))
        {
            string file = openssl.File(der.ToArray());
            (int structure, string output) = await Openssl.RunAsync("asn1parse", "-inform", "DER", "-in", file);
            structure.ShouldBe(0, output);
            (await Openssl.RunAsync("x509", "-inform", "DER", "-in", file, "-noout", "-text")).ExitCode.ShouldBe(0);
        }
    }

    private static async Task<List<string>> WrongVerdictsAsync(Openssl openssl, MatrixLab lab, IdentityMatrix matrix)
    {
        List<string> wrong = [];
        foreach (MatrixIdentity identity in matrix.Identities)
        {
            string name = MatrixLab.Name(identity);
            int found = await openssl.VerifyAsync(
                lab.Authority.Certificate, identity.Identity.Leaf, identity.Identity.Chain, lab.Time.Now);
            if (found != _verdicts[name])
            {
                wrong.Add($"{name}: error {found}, not {_verdicts[name]}");
            }
        }

        return wrong;
    }
}
