using System;
using System.Collections.Generic;
using Sallyport.Forge.Der;

namespace Sallyport.Forge.Matrix;

/// <summary>The controls, and copies of A under the user's CA with one field out of order: dates, usages, strength.</summary>
internal static class ProfileRecipes
{
    private const Needs CopyOfGenuine = Needs.CaKey | Needs.LowestRole;

    internal static IEnumerable<Recipe> All(MatrixMaterial material)
    {
        yield return new Recipe(
            IdentityMatrix.ControlRule, "leaf", "perfect copy of A under the client CA: must be accepted", CopyOfGenuine,
            mint => mint.Issue(material.Perfect()));
        yield return new Recipe(
            IdentityMatrix.ControlRule, "intermediate", "perfect copy of A under an intermediate of the client CA: must be accepted",
            CopyOfGenuine | Needs.Intermediate,
            mint => mint.Issue(mint.Intermediate(material.Subordinate("control", 0)), material.Perfect()));

        yield return Changed("MTLS-104", "expired", "expired 31 days ago", spec => spec with
        {
            NotBefore = material.Now.AddDays(-31) - Mint.LongestValidity,
            NotAfter = material.Now.AddDays(-31),
        });
        yield return Changed("MTLS-105", "not-yet-valid", "valid only in 31 days", spec => spec with
        {
            NotBefore = material.Now.AddDays(31),
            NotAfter = material.Now.AddDays(31) + Mint.LongestValidity,
        });
        yield return Changed("MTLS-106", "server-auth", "extended key usage serverAuth only", spec => spec with
        {
            ExtendedKeyUsages = [Oids.ServerAuth],
        });
        yield return Changed("MTLS-107", "no-eku", "no extended key usage", spec => spec with { ExtendedKeyUsages = [] }) with
        {
            AcceptanceIsDebatable = true,
        };
        yield return Changed("MTLS-108", "any-eku", "extended key usage anyExtendedKeyUsage only", spec => spec with
        {
            ExtendedKeyUsages = [Oids.AnyExtendedKeyUsage],
        }) with
        {
            AcceptanceIsDebatable = true,
        };
        yield return Changed("MTLS-114", "rsa-1024", "RSA key of 1024 bits", spec => spec with
        {
            Key = material.Kept(ForgeKey.Rsa(1024)),
        });
        yield return Changed("MTLS-114", "sha1", "signed over SHA-1 by the client CA", spec => spec with
        {
            Signature = material.Authority?.Key.Sha1Signature,
        });

        Recipe Changed(string rule, string variant, string description, Func<CertificateSpec, CertificateSpec> change) =>
            new(
                rule, variant, "copy of A under the client CA, " + description, CopyOfGenuine,
                mint => mint.Issue(change(material.Perfect())));
    }
}
