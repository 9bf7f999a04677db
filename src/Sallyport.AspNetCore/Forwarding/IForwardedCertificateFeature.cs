using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Forwarding;

/// <summary>On the features of a request whose certificate a trusted proxy forwarded: whose it is goes before the connection's.</summary>
internal interface IForwardedCertificateFeature
{
    /// <summary>The end user's certificate, verified like one that was presented here.</summary>
    VerifiedClientCertificate Certificate { get; }

    /// <summary>The epoch of the trust state that verified it.</summary>
    long Epoch { get; }
}
