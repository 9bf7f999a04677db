using System;
using System.Security.Cryptography;
using Sallyport.Forge;
using Sallyport.Scan.Checks;
using Sallyport.Tls.Client;

namespace Sallyport.Scan.Engine;

/// <summary>A self-signed client certificate of nobody: "G" of the control triple. A verifying server refuses it.</summary>
internal sealed class Stranger : IDisposable
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private readonly ForgeKey _key = ForgeKey.P256();

    /// <summary>Mints it; it lives as long as this object.</summary>
    /// <param name="time">The clock.</param>
    public Stranger(TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        Credential = CertificateAuthority.SelfSigned(new CertificateSpec
        {
            Subject = DistinguishedName.CommonName("stranger-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))),
            NotBefore = now.AddHours(-1),
            NotAfter = now.AddDays(1),
            Key = _key,
            ExtendedKeyUsages = [ClientAuthentication],
        }).ToCredential();
    }

    /// <summary>Certificate and key.</summary>
    public ClientCredential Credential { get; }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
