using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sallyport.Forge.Matrix;

namespace Sallyport.Forge.Tests;

public sealed class IdentityMatrixMannersTests
{
    [Fact]
    public void Nothing_under_the_users_authority_is_valid_longer_than_15_minutes()
    {
        MatrixLab lab = new();
        using IdentityMatrix matrix = IdentityMatrix.Create(lab.Everything);
        matrix.MintShortLived(TimeSpan.FromSeconds(20)).ShouldNotBeNull();

        foreach (X509Certificate2 certificate in Minted(matrix, lab))
        {
            (certificate.NotAfter - certificate.NotBefore).ShouldBeLessThanOrEqualTo(TimeSpan.FromMinutes(15), certificate.Subject);
        }
    }

    [Fact]
    public void Every_serial_signed_under_the_users_authority_is_listed_and_no_other()
    {
        MatrixLab lab = new();
        using IdentityMatrix matrix = IdentityMatrix.Create(lab.Everything);
        MatrixIdentity late = matrix.MintShortLived(TimeSpan.FromSeconds(20)).ShouldNotBeNull();

        IEnumerable<string> signed = Minted(matrix, lab, late)
            .Select(certificate => Convert.ToHexStringLower(certificate.SerialNumberBytes.Span));

        matrix.MintedSerials.Select(minted => minted.Serial).ShouldBe(signed, ignoreOrder: true);
    }

    [Fact]
    public void Nobody_but_A_and_strangers_is_named_under_the_users_authority()
    {
        MatrixLab lab = new();
        using IdentityMatrix matrix = IdentityMatrix.Create(lab.Everything);

        foreach (X509Certificate2 certificate in Minted(matrix, lab))
        {
            Encoding.Latin1.GetString(certificate.RawData).ShouldNotContain("bob", Case.Insensitive);
        }
    }

    [Fact]
    public void A_shape_that_would_name_another_identity_is_withheld()
    {
        MatrixLab lab = new();
        ForgedIdentity shouting = lab.Authority.Issue(lab.Identity("ALICE"));
        using IdentityMatrix matrix = IdentityMatrix.Create(lab.Everything with { OtherLeaves = [shouting.Leaf] });

        MatrixLab.Names(matrix).ShouldNotContain("MTLS-122/cn-case");
        matrix.Withheld.ShouldContain(withheld => withheld.Variant == "cn-case" && withheld.Reason == "It would name another identity.");
        matrix.MintedSerials.ShouldNotContain(minted => minted.Variant == "cn-case");
    }

    [Fact]
    public void Without_the_lowest_role_A_is_never_named_under_the_users_authority()
    {
        MatrixLab lab = new();
        using IdentityMatrix matrix = IdentityMatrix.Create(lab.Everything with { GenuineHasLowestRole = false });

        List<X509Certificate2> minted = Minted(matrix, lab);

        minted.ShouldNotBeEmpty();
        foreach (X509Certificate2 certificate in minted)
        {
            Encoding.Latin1.GetString(certificate.RawData).ShouldNotContain("alice", Case.Insensitive);
        }

        matrix.MintShortLived(TimeSpan.FromSeconds(20)).ShouldBeNull();
        matrix.Withheld.ShouldContain(withheld => withheld.RuleId == "MTLS-104" && withheld.Supply == "an identity of the lowest role");
    }

    [Fact]
    public void Without_the_authoritys_key_only_rogue_shapes_are_made_and_the_rest_says_what_to_give()
    {
        MatrixLab lab = new();
        using IdentityMatrix matrix = IdentityMatrix.Create(lab.WithoutKeys);

        MatrixLab.Names(matrix).ShouldBe(
        [
            "MTLS-101/self-signed", "MTLS-102/leaf-only", "MTLS-102/with-root", "MTLS-103/leaf-only", "MTLS-103/with-issuer",
            "MTLS-126/flat", "MTLS-126/deep",
        ]);
        matrix.MintedSerials.ShouldBeEmpty();
        matrix.Identities.ShouldAllBe(identity => !identity.NeedsCaKey && identity.Control == null);
        foreach (string rule in (string[])["MTLS-104", "MTLS-105", "MTLS-106", "MTLS-110", "MTLS-114", "MTLS-122", "MTLS-302", "MTLS-303"])
        {
            matrix.Withheld.ShouldContain(
                withheld => withheld.RuleId == rule && withheld.Supply == "--client-ca FILE --client-ca-key FILE", rule);
        }
    }

    [Fact]
    public void Only_what_is_asked_for_is_minted_besides_the_controls()
    {
        MatrixLab lab = new();
        using IdentityMatrix matrix = IdentityMatrix.Create(lab.Everything with { Rules = ["MTLS-104", "MTLS-101"] });

        MatrixLab.Names(matrix).ShouldBe(["control/leaf", "control/intermediate", "MTLS-101/self-signed", "MTLS-104/expired"]);
        matrix.MintedSerials.Length.ShouldBe(4);
    }

    [Fact]
    public void What_needs_the_authoritys_key_names_its_control()
    {
        using IdentityMatrix matrix = IdentityMatrix.Create(new MatrixLab().Everything);

        IEnumerable<MatrixIdentity> minted =
            matrix.Identities.Where(identity => identity is { NeedsCaKey: true, RuleId: not IdentityMatrix.ControlRule });
        foreach (MatrixIdentity identity in minted)
        {
            matrix.Identities.ShouldContain(
                control => control.RuleId == IdentityMatrix.ControlRule && control.Variant == identity.Control, MatrixLab.Name(identity));
        }
    }

    [Fact]
    public void An_authority_without_room_for_an_intermediate_gets_none()
    {
        MatrixLab lab = new(pathLength: 0);
        using IdentityMatrix matrix = IdentityMatrix.Create(lab.Everything);

        MatrixLab.Names(matrix).ShouldNotContain("control/intermediate");
        MatrixLab.Names(matrix).ShouldNotContain("MTLS-110/path-length");
        matrix.Withheld.ShouldContain(withheld => withheld.RuleId == "MTLS-110" && withheld.Reason.Contains("path length"));
    }

    [Fact]
    public void What_is_right_for_this_identity_is_not_called_bad()
    {
        MatrixLab lab = new(changeAlice: spec => spec with { SubjectAltNames = [] });
        using IdentityMatrix matrix = IdentityMatrix.Create(lab.Everything);

        MatrixLab.Names(matrix).ShouldNotContain("MTLS-122/cn-only");
        MatrixLab.Names(matrix).ShouldNotContain("MTLS-303/same-subject");
        matrix.Withheld.ShouldContain(withheld => withheld.Variant == "cn-only" && withheld.Supply == null);
    }

    [Fact]
    public void A_key_of_another_certificate_is_refused()
    {
        MatrixLab lab = new();

        Should.Throw<ArgumentException>(() => CertificateAuthority.FromExisting(lab.Authority.Certificate, lab.Alice.Key));
    }

    /// <summary>All certificates in the matrix that the user's CA signed, directly or through an intermediate of the matrix.</summary>
    private static List<X509Certificate2> Minted(IdentityMatrix matrix, MatrixLab lab, params IEnumerable<MatrixIdentity> more) =>
    [
        .. matrix.Identities.Concat(more).Where(identity => identity.NeedsCaKey)
            .SelectMany(identity => identity.Identity.Chain)
            .Where(der => !der.Span.SequenceEqual(lab.Authority.Certificate.Span))
            .Select(der => X509CertificateLoader.LoadCertificate(der.Span)),
    ];
}
