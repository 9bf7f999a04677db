using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Sallyport.Forge.Matrix;

/// <summary>The bad identities of the MTLS-1xx and 3xx rows for one genuine identity, with the controls that give them meaning.</summary>
/// <remarks>
/// Each identity has exactly one defect; all else is copied from the genuine certificate or right. What only the user's CA could sign is
/// withheld without its key, never imitated under another CA. Certificates under the user's CA live in memory, are valid at most
/// 15 minutes, and name nobody but the genuine identity or strangers. Owns the keys it made: dispose it when the scan is over.
/// Extended key usage and key usage of a copy are clientAuth and digitalSignature, whatever the genuine certificate says besides.
/// </remarks>
public sealed class IdentityMatrix : IDisposable
{
    /// <summary>Rule id of the controls: perfect identities under the user's CA, which a server that works must accept.</summary>
    public const string ControlRule = "control";

    private readonly MatrixMaterial _material;

    private IdentityMatrix(MatrixMaterial material, ImmutableArray<MatrixIdentity> identities, ImmutableArray<WithheldIdentity> withheld)
    {
        _material = material;
        Identities = identities;
        Withheld = withheld;
    }

    /// <summary>What was made; controls first, then in the order of the rules.</summary>
    public ImmutableArray<MatrixIdentity> Identities { get; }

    /// <summary>What was not made, with reasons.</summary>
    public ImmutableArray<WithheldIdentity> Withheld { get; }

    /// <summary>Every certificate signed under the user's CA so far, for the report.</summary>
    public ImmutableArray<MintedSerial> MintedSerials => [.. _material.Serials];

    /// <summary>Makes the matrix.</summary>
    /// <param name="input">What is known.</param>
    /// <returns>The matrix; the caller disposes it.</returns>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A certificate of the input cannot be read.</exception>
    public static IdentityMatrix Create(MatrixInput input)
    {
        MatrixMaterial material = new(input);
        ImmutableArray<MatrixIdentity>.Builder identities = ImmutableArray.CreateBuilder<MatrixIdentity>();
        ImmutableArray<WithheldIdentity>.Builder withheld = ImmutableArray.CreateBuilder<WithheldIdentity>();
        IEnumerable<Recipe> asked = Recipes(material)
            .Where(recipe => recipe.RuleId == ControlRule || input.Rules?.Contains(recipe.RuleId) != false)
            .OrderBy(recipe => recipe.RuleId == ControlRule ? "" : recipe.RuleId, StringComparer.Ordinal);
        foreach (Recipe recipe in asked)
        {
            if (Make(recipe, material, out WithheldIdentity? refusal) is { } identity)
            {
                identities.Add(identity);
            }
            else if (refusal is not null)
            {
                withheld.Add(refusal);
            }
        }

        return new IdentityMatrix(material, identities.ToImmutable(), withheld.ToImmutable());
    }

    /// <summary>A perfect copy of A that expires soon, minted at the moment of the call (MTLS-207).</summary>
    /// <param name="lifetime">From now to its last moment, at most 13 minutes; the rule asks for 20 seconds.</param>
    /// <returns>The identity; null without the key of the client CA, or when A's role is not the lowest.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The lifetime is not positive or too long.</exception>
    public MatrixIdentity? MintShortLived(TimeSpan lifetime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, TimeSpan.FromMinutes(13));
        DateTimeOffset now = _material.Later;
        return Make(
            new Recipe("MTLS-207", "short-lived", "perfect copy of A that expires within the scan", Needs.CaKey | Needs.LowestRole,
                mint => mint.Issue(_material.Perfect() with { NotBefore = now.AddMinutes(-2), NotAfter = now + lifetime })),
            _material,
            out _);
    }

    /// <inheritdoc/>
    public void Dispose() => _material.Dispose();

    private static IEnumerable<Recipe> Recipes(MatrixMaterial material) =>
    [
        .. ProfileRecipes.All(material),
        .. RogueRecipes.All(material),
        .. ChainRecipes.All(material),
        .. NameRecipes.All(material),
        .. TextRecipes.All(material),
    ];

    private static MatrixIdentity? Make(Recipe recipe, MatrixMaterial material, out WithheldIdentity? refusal)
    {
        refusal = Refusal(recipe, material);
        if (refusal is not null)
        {
            return null;
        }

        int minted = material.Serials.Count;
        try
        {
            return new MatrixIdentity
            {
                RuleId = recipe.RuleId,
                Variant = recipe.Variant,
                Description = recipe.Description,
                Identity = recipe.Forge(new Mint(material, recipe.RuleId, recipe.Variant)),
                NeedsCaKey = recipe.Needs.HasFlag(Needs.CaKey),
                Control = ControlOf(recipe),
                AcceptanceIsDebatable = recipe.AcceptanceIsDebatable,
                CanaryUrl = recipe.CanaryUrl,
            };
        }
        catch (InvalidOperationException e)
        {
            material.Serials.RemoveRange(minted, material.Serials.Count - minted);
            refusal = new WithheldIdentity(recipe.RuleId, recipe.Variant, recipe.Description, e.Message, "identities whose names do not overlap");
            return null;
        }
    }

    private static string? ControlOf(Recipe recipe) => recipe.Needs switch
    {
        _ when recipe.RuleId == ControlRule => null,
        Needs needs when needs.HasFlag(Needs.Intermediate) => "intermediate",
        Needs needs when needs.HasFlag(Needs.CaKey) => "leaf",
        _ => null,
    };

    private static WithheldIdentity? Refusal(Recipe recipe, MatrixMaterial material)
    {
        (string Reason, string? Supply)? refusal = recipe switch
        {
            { Unfit: { } unfit } => (unfit, null),
            _ when Lacks(Needs.CaKey, material.Authority is not null) => (
                "only the client CA can sign it: under another CA its refusal would prove nothing",
                "--client-ca FILE --client-ca-key FILE"),
            _ when Lacks(Needs.GenuineKey, material.Input.GenuineKey is not null) => (
                "it needs the key of the genuine identity", "the identity's key in a file"),
            _ when Lacks(Needs.SecondLeaf, material.Input.SecondLeaf is not null) => (
                "it needs the certificate of a second identity", "a second --identity"),
            _ when Lacks(Needs.Callback, material.Input.CallbackUrl is not null) => (
                "it needs an address that the target reaches", "--callback URL"),
            _ when Lacks(Needs.LowestRole, material.GenuineHasLowestRole) => (
                "the genuine identity's role is not the lowest, so the client CA must not certify its name again",
                "an identity of the lowest role"),
            _ when Lacks(Needs.FreeNames, material.AuthorityCertificate?.HasNameConstraints != true) => (
                "the client CA has name constraints, so a foreign name would be a second defect", null),
            _ when Lacks(Needs.Intermediate, material.AuthorityCertificate?.PathLength != 0) => (
                "the client CA's path length allows no intermediate, so one would be a second defect", null),
            _ => null,
        };
        return refusal is { } found
            ? new WithheldIdentity(recipe.RuleId, recipe.Variant, recipe.Description, found.Reason, found.Supply)
            : null;

        bool Lacks(Needs need, bool given) => recipe.Needs.HasFlag(need) && !given;
    }
}
