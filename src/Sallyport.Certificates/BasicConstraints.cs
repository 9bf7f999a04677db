namespace Sallyport.Certificates;

/// <summary>The basicConstraints extension (RFC 5280, section 4.2.1.9).</summary>
/// <param name="IsAuthority">The cA boolean.</param>
/// <param name="PathLength">How many non-self-issued intermediates may follow, or null for no limit; clamped to int.MaxValue.</param>
public sealed record BasicConstraints(bool IsAuthority, int? PathLength);
