namespace Sallyport.Forge;

/// <summary>Content of the basicConstraints extension.</summary>
/// <param name="IsAuthority">The CA flag; false is left out of the encoding, as DER wants it.</param>
/// <param name="PathLength">How many intermediates may follow; null writes no limit.</param>
/// <remarks>RFC 5280, section 4.2.1.9.</remarks>
public sealed record BasicConstraints(bool IsAuthority, int? PathLength = null);
