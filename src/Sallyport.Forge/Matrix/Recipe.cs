using System;

namespace Sallyport.Forge.Matrix;

/// <summary>What a recipe cannot do without.</summary>
[Flags]
internal enum Needs
{
    None = 0,
    CaKey = 1,
    GenuineKey = 2,
    SecondLeaf = 4,
    Callback = 8,

    /// <summary>Names A under the user's CA, so A must have the lowest role.</summary>
    LowestRole = 16,

    /// <summary>Uses names of its own under the user's CA, so the CA must not be constrained to others.</summary>
    FreeNames = 32,

    /// <summary>One intermediate below the user's CA must be allowed by its path length.</summary>
    Intermediate = 64,
}

/// <summary>How one identity of the matrix is made.</summary>
internal sealed record Recipe(string RuleId, string Variant, string Description, Needs Needs, Func<Mint, ForgedIdentity> Forge)
{
    /// <summary>Why this shape does not exist for this A; null when it does.</summary>
    public string? Unfit { get; init; }

    public bool AcceptanceIsDebatable { get; init; }

    public string? CanaryUrl { get; init; }
}
