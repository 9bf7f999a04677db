namespace Sallyport.Forge.Matrix;

/// <summary>One identity of the matrix, with the one thing that is wrong with it.</summary>
public sealed record MatrixIdentity
{
    /// <summary>Rule id, for instance MTLS-104; <see cref="IdentityMatrix.ControlRule"/> for those that must be accepted.</summary>
    public required string RuleId { get; init; }

    /// <summary>Name of the shape within the rule, in lower case with hyphens.</summary>
    public required string Variant { get; init; }

    /// <summary>What it is, in words.</summary>
    public required string Description { get; init; }

    /// <summary>Certificate, chain to send, and key.</summary>
    public required ForgedIdentity Identity { get; init; }

    /// <summary>Whether it was signed below the user's client CA.</summary>
    public required bool NeedsCaKey { get; init; }

    /// <summary>Variant of the control that must be accepted before this one's refusal means anything.</summary>
    /// <remarks>Null when the control is A itself.</remarks>
    public string? Control { get; init; }

    /// <summary>Whether a server may accept it by the letter of a standard: then it is at most a low finding.</summary>
    public bool AcceptanceIsDebatable { get; init; }

    /// <summary>Beginning of the URLs in the certificate that lead to our own listener; null when there are none.</summary>
    public string? CanaryUrl { get; init; }
}
