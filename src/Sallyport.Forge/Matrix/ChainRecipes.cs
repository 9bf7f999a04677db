using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Forge.Der;

namespace Sallyport.Forge.Matrix;

/// <summary>Paths that lead astray: a leaf as CA, path length, name constraints, somebody else's certificate, equal serials.</summary>
internal static class ChainRecipes
{
    private const int ManyIntermediates = 10;

    internal static IEnumerable<Recipe> All(MatrixMaterial material) =>
        [.. LeafAsAuthority(material), .. Constraints(material), .. Victims(material), .. Collisions(material)];

    private static IEnumerable<Recipe> LeafAsAuthority(MatrixMaterial material)
    {
        yield return new Recipe("MTLS-109", "same-name", "certificate with A's name signed by A's key, A being no CA", Needs.GenuineKey,
            _ => BelowGenuine(material, material.Copy()));
        yield return new Recipe("MTLS-109", "other-name", "the same with one more part in the name", Needs.GenuineKey,
            _ => BelowGenuine(material, material.Copy() with { Subject = Extended(material.Genuine.Subject) }));
        yield return new Recipe(
            "MTLS-109", "minted", "copy of A below a certificate of the client CA that is no CA",
            Needs.CaKey | Needs.LowestRole | Needs.FreeNames,
            mint =>
            {
                CertificateAuthority notAuthority = mint.Intermediate(material.Stranger(out string _));
                return mint.Issue(notAuthority, MatrixMaterial.WithoutLocations(material.Perfect()));
            })
        {
            Unfit = material.Input.GenuineKey is null ? null : "A's own key was given, which shows the same",
        };
    }

    private static IEnumerable<Recipe> Constraints(MatrixMaterial material)
    {
        yield return new Recipe(
            "MTLS-110", "path-length", "copy of A below two intermediates of which the first allows none below it",
            Needs.CaKey | Needs.LowestRole | Needs.Intermediate,
            mint =>
            {
                CertificateAuthority first = mint.Intermediate(material.Subordinate("path length 0", 0));
                CertificateAuthority second = mint.Intermediate(first, material.Subordinate("one too many"));
                return mint.Issue(second, MatrixMaterial.WithoutLocations(material.Perfect()));
            });
        yield return new Recipe(
            "MTLS-110", "name-constraints-dns", "below an intermediate whose permitted DNS names do not include the certificate's",
            Needs.CaKey | Needs.LowestRole | Needs.Intermediate | Needs.FreeNames,
            mint =>
            {
                CertificateAuthority constrained = mint.Intermediate(material.Subordinate("constrained", 0) with
                {
                    NameConstraints = new NameConstraints { Permitted = [new GeneralName.Dns("permitted.sallyport.invalid")] },
                });
                bool hasDns = material.Genuine.TextNames.OfType<GeneralName.Dns>().Any();
                CertificateSpec spec = hasDns ? material.Perfect() : material.Named(material.Genuine.Subject) with
                {
                    SubjectAltNames = [.. material.Genuine.TextNames, new GeneralName.Dns("outside.sallyport.invalid")],
                };
                return mint.Issue(constrained, MatrixMaterial.WithoutLocations(spec));
            });
        yield return new Recipe(
            "MTLS-110", "name-constraints-directory", "copy of A below an intermediate that excludes A's distinguished name",
            Needs.CaKey | Needs.LowestRole | Needs.Intermediate,
            mint =>
            {
                CertificateAuthority constrained = mint.Intermediate(material.Subordinate("constrained", 0) with
                {
                    NameConstraints = new NameConstraints { Excluded = [new GeneralName.Directory(material.Genuine.Subject)] },
                });
                return mint.Issue(constrained, MatrixMaterial.WithoutLocations(material.Perfect()));
            })
        {
            Unfit = material.Genuine.Subject == DistinguishedName.Empty ? "A's subject is empty" : null,
        };
        yield return new Recipe(
            "MTLS-306", "ten-intermediates", "perfect copy of A below ten intermediates",
            Needs.CaKey | Needs.LowestRole | Needs.Intermediate,
            mint =>
            {
                CertificateAuthority lowest = mint.Intermediate(material.Subordinate("link 1"));
                for (int number = 2; number <= ManyIntermediates; number++)
                {
                    lowest = mint.Intermediate(lowest, material.Subordinate($"link {number}"));
                }

                return mint.Issue(lowest, MatrixMaterial.WithoutLocations(material.Perfect()));
            })
        {
            Unfit = material.AuthorityCertificate?.PathLength < ManyIntermediates
                ? "the client CA's path length allows fewer than ten intermediates"
                : null,
        };
    }

    private static IEnumerable<Recipe> Victims(MatrixMaterial material)
    {
        const Needs both = Needs.GenuineKey | Needs.SecondLeaf;
        yield return new Recipe("MTLS-120", "victim-appended", "A with B's certificate at the end of the chain", both,
            _ => WithVictim(own => own.Length));
        yield return new Recipe("MTLS-120", "victim-second", "A with B's certificate right behind it", both,
            _ => WithVictim(_ => 1));
        yield return new Recipe("MTLS-120", "victim-first", "B's certificate in front, A's and A's signature behind", both,
            _ => WithVictim(_ => 0));

        ForgedIdentity WithVictim(Func<ImmutableArray<ReadOnlyMemory<byte>>, int> place)
        {
            ForgedIdentity own = Genuine(material);
            return own with { Chain = own.Chain.Insert(place(own.Chain), material.Input.SecondLeaf.GetValueOrDefault()) };
        }
    }

    private static IEnumerable<Recipe> Collisions(MatrixMaterial material)
    {
        yield return new Recipe(
            "MTLS-123", "duplicate-serial", "certificate of a stranger with A's serial under an intermediate of the client CA",
            Needs.CaKey | Needs.Intermediate | Needs.FreeNames,
            mint => mint.Issue(
                mint.Intermediate(material.Subordinate("second issuer", 0)),
                MatrixMaterial.WithoutLocations(material.Stranger(out string _)) with { Serial = material.Genuine.Serial }));

        string? twin = material.AuthorityCertificate?.TextTwin;
        yield return new Recipe(
            "MTLS-123", "issuer-text", "the same, under an intermediate whose name differs from the client CA's but prints alike",
            Needs.CaKey | Needs.Intermediate | Needs.FreeNames,
            mint => mint.Issue(
                mint.Intermediate(material.Subordinate("", 0) with { Subject = DistinguishedName.CommonName(twin ?? "") }),
                MatrixMaterial.WithoutLocations(material.Stranger(out string _)) with { Serial = material.Genuine.Serial }))
        {
            Unfit = twin is not null || material.Authority is null ? null : "no other name prints like the client CA's",
        };
    }

    private static ForgedIdentity BelowGenuine(MatrixMaterial material, CertificateSpec spec)
    {
        ForgedIdentity own = Genuine(material);
        CertificateSpec linked = spec with { AuthorityKeyIdentifier = new KeyIdentifierChoice.Omitted() };
        CertificateAuthority leaf = CertificateAuthority.FromExisting(own.Leaf, own.Key);
        if (leaf.KeyIdentifier is not null)
        {
            linked = linked with { AuthorityKeyIdentifier = new KeyIdentifierChoice.Computed() };
        }

        ForgedIdentity issued = leaf.Issue(linked);
        return issued with { Chain = [issued.Leaf, .. own.Chain] };
    }

    private static ForgedIdentity Genuine(MatrixMaterial material) => new()
    {
        Leaf = material.Input.GenuineLeaf,
        Chain = [material.Input.GenuineLeaf, .. material.Input.GenuineIntermediates],
        Key = material.Input.GenuineKey ?? throw new InvalidOperationException("The key of the genuine identity was not given."),
    };

    private static DistinguishedName Extended(DistinguishedName name)
    {
        ReadOnlyMemory<byte> more = DistinguishedName.Of(new NameAttribute(Oids.OrganizationalUnit, "sallyport")).Encoded;
        return DistinguishedName.FromDer(
            DerWriter.Sequence(DerReader.Content(name.Encoded).ToArray(), DerReader.Content(more).ToArray()));
    }
}
