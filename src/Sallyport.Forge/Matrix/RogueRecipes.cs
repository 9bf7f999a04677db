using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Sallyport.Forge.Matrix;

/// <summary>Identities that need no key of the user's: self-signed, of rogue CAs, with canary addresses, with oversize chains.</summary>
internal static class RogueRecipes
{
    /// <summary>How many names of the CertificateRequest are imitated at most: each costs handshakes.</summary>
    private const int MostAuthorityNames = 4;
    private const int ChainLength = 100;

    private static readonly ImmutableArray<(string Variant, string What, Func<CertificateSpec, string, CertificateSpec> Point)> _pointers =
    [
        ("aia", "issuer address (AIA caIssuers)", (spec, url) => spec with { CaIssuersUrls = [url + "/issuer.cer"] }),
        ("cdp", "CRL distribution point", (spec, url) => spec with { CrlUrls = [url + "/list.crl"] }),
        ("ocsp", "OCSP responder", (spec, url) => spec with { OcspUrls = [url + "/ocsp"] }),
    ];

    internal static IEnumerable<Recipe> All(MatrixMaterial material) =>
        [.. Unknown(material), .. Imitated(material), .. Oversize(material), .. Canaries(material)];

    private static IEnumerable<Recipe> Unknown(MatrixMaterial material)
    {
        yield return new Recipe("MTLS-101", "self-signed", "copy of A signed by its own key", Needs.None,
            _ => CertificateAuthority.SelfSigned(material.Copy() with { AuthorityKeyIdentifier = new KeyIdentifierChoice.Omitted() }));
        yield return new Recipe("MTLS-102", "leaf-only", "copy of A of an unknown CA, which is not sent", Needs.None,
            _ => material.RogueRoot().Issue(material.Copy()));
        yield return new Recipe("MTLS-102", "with-root", "copy of A of an unknown CA, which is sent along", Needs.None,
            _ => WithIssuer(material.RogueRoot(), material.Copy()));
    }

    private static IEnumerable<Recipe> Imitated(MatrixMaterial material)
    {
        yield return new Recipe(
            "MTLS-103", "leaf-only", "copy of A of a rogue CA with the real issuer's name and key identifier, A's serial", Needs.None,
            _ => Twin(material).Issue(TwinLeaf(material)));
        yield return new Recipe(
            "MTLS-103", "with-issuer", "the same, with the rogue CA's certificate sent along", Needs.None,
            _ => WithIssuer(Twin(material), TwinLeaf(material)));

        ImmutableArray<DistinguishedName> names =
        [
            .. material.Input.AuthorityNames.Select(DistinguishedName.FromDer).Distinct()
                .Where(name => name != material.Genuine.Issuer).Take(MostAuthorityNames),
        ];
        foreach ((int index, DistinguishedName name) in names.Index())
        {
            yield return new Recipe(
                "MTLS-103", $"requested-name-{index + 1}", "copy of A of a rogue CA with a name that the server asks for", Needs.None,
                _ => WithIssuer(
                    CertificateAuthority.CreateRoot(
                        CertificateAuthority.AuthoritySpec(name, material.Now.AddDays(-1), material.Now.AddDays(1), material.NewKey())),
                    material.Copy()));
        }
    }

    private static IEnumerable<Recipe> Oversize(MatrixMaterial material)
    {
        yield return new Recipe("MTLS-126", "flat", "copy of A of an unknown CA, with 99 unrelated certificates behind it", Needs.None, _ =>
        {
            ForgedIdentity leaf = material.RogueRoot().Issue(material.Copy());
            ForgeKey key = material.NewKey();
            IEnumerable<ForgedIdentity> links =
                Enumerable.Range(1, ChainLength - 1).Select(number => CertificateAuthority.SelfSigned(Link(material, key, number)));
            return leaf with { Chain = [leaf.Leaf, .. links.Select(link => link.Leaf)] };
        });
        yield return new Recipe("MTLS-126", "deep", "copy of A below 99 intermediates of an unknown CA", Needs.None, _ =>
        {
            ForgeKey key = material.NewKey();
            CertificateAuthority authority = material.RogueRoot();
            for (int number = 1; number < ChainLength; number++)
            {
                authority = authority.CreateIntermediate(Link(material, key, number));
            }

            return authority.Issue(material.Copy());
        });
    }

    private static IEnumerable<Recipe> Canaries(MatrixMaterial material)
    {
        foreach ((string variant, string what, Func<CertificateSpec, string, CertificateSpec> point) in _pointers)
        {
            string canary = Canary(material, "mtls-307", variant);
            yield return new Recipe(
                "MTLS-307", variant, $"certificate of an unknown CA whose {what} is our listener", Needs.Callback,
                _ => material.RogueRoot().Issue(point(material.Copy(), canary)))
            {
                CanaryUrl = canary,
            };

            string trusted = Canary(material, "mtls-125", variant);
            yield return new Recipe(
                "MTLS-125", variant, $"certificate of a stranger under the client CA whose {what} is our listener",
                Needs.Callback | Needs.CaKey | Needs.FreeNames,
                mint => mint.Issue(point(MatrixMaterial.WithoutLocations(material.Stranger(out string _)), trusted)))
            {
                CanaryUrl = trusted,
            };
        }
    }

    private static string Canary(MatrixMaterial material, string rule, string variant) =>
        $"{material.Input.CallbackUrl?.TrimEnd('/')}/{rule}-{variant}";

    private static ForgedIdentity WithIssuer(CertificateAuthority authority, CertificateSpec spec)
    {
        ForgedIdentity issued = authority.Issue(spec);
        return issued with { Chain = [issued.Leaf, authority.Certificate] };
    }

    /// <summary>An authority that differs from A's issuer in nothing that is compared carelessly: only in its key.</summary>
    private static CertificateAuthority Twin(MatrixMaterial material)
    {
        CertificateSpec spec = CertificateAuthority.AuthoritySpec(
            material.Genuine.Issuer, material.Now.AddDays(-1), material.Now.AddDays(1), material.TwinKey);
        bool isIssuer = material.AuthorityCertificate?.Subject == material.Genuine.Issuer;
        return CertificateAuthority.CreateRoot(spec with
        {
            Signature = material.TwinSignature,
            Serial = isIssuer ? material.AuthorityCertificate?.Serial : null,
            SubjectKeyIdentifier = Exactly(material.Genuine.AuthorityKeyIdentifier),
        });
    }

    private static CertificateSpec TwinLeaf(MatrixMaterial material) => material.Copy() with
    {
        Signature = material.TwinSignature,
        Serial = material.Genuine.Serial,
        SubjectKeyIdentifier = Exactly(material.Genuine.SubjectKeyIdentifier),
    };

    private static KeyIdentifierChoice Exactly(ReadOnlyMemory<byte>? value) =>
        value is { } known ? new KeyIdentifierChoice.Exactly(known) : new KeyIdentifierChoice.Omitted();

    private static CertificateSpec Link(MatrixMaterial material, ForgeKey key, int number) => CertificateAuthority.AuthoritySpec(
        DistinguishedName.CommonName($"Sallyport link {number} of an oversize chain"),
        material.Now.AddDays(-1),
        material.Now.AddDays(1),
        key);
}
