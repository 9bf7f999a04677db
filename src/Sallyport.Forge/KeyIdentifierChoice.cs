using System;

namespace Sallyport.Forge;

/// <summary>What a subject or authority key identifier extension says.</summary>
/// <remarks>RFC 5280, sections 4.2.1.1 and 4.2.1.2.</remarks>
public abstract record KeyIdentifierChoice
{
    private KeyIdentifierChoice()
    {
    }

    /// <summary>The extension is absent.</summary>
    public sealed record Omitted : KeyIdentifierChoice;

    /// <summary>The right value: of the subject's key, or the one that the issuer's certificate states.</summary>
    public sealed record Computed : KeyIdentifierChoice;

    /// <summary>Exactly these octets.</summary>
    /// <param name="Value">The identifier.</param>
    public sealed record Exactly(ReadOnlyMemory<byte> Value) : KeyIdentifierChoice;
}
