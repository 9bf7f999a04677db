using Sallyport.Certificates.Revocation;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>Where revocation is known from, and what an unknown status means.</summary>
public sealed class RevocationOptions
{
    /// <summary>What an unknown status means, grace and age; an unknown status refuses by default.</summary>
    public RevocationPolicy Policy { get; set; } = new();
}
