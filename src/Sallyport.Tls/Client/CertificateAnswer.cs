namespace Sallyport.Tls.Client;

/// <summary>What we send when the server asks for a certificate.</summary>
public enum CertificateAnswer
{
    /// <summary>The credential's chain, or an empty Certificate message when there is no credential.</summary>
    Normal,

    /// <summary>An empty Certificate message although a credential is there.</summary>
    Empty,

    /// <summary>No Certificate message at all, which the state machine of the server must refuse.</summary>
    Omit,
}
