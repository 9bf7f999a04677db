using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Lab.Tls;

/// <summary>Chain policies of servers that judge a certificate themselves.</summary>
public static class LabTrust
{
    /// <summary>Trusts no root at all. Without a policy the platform holds every certificate against the machine's own roots, which costs a fifth of the tests' time and decides nothing in them.</summary>
    public static X509ChainPolicy Nobody() => new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
}
