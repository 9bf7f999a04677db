using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Trust;

/// <summary>What a client certificate must be.</summary>
public sealed class ClientCertificateOptions
{
    /// <summary>The rules of the path and of each certificate in it; strict by default. Its revocation rules come from <see cref="SallyportOptions.Revocation"/>.</summary>
    public ChainPolicy Policy { get; set; } = new();
}
