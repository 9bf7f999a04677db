namespace Sallyport.Lab.Tls;

/// <summary>What a site of the scripted server wants from clients.</summary>
public enum ClientCertificatePolicy
{
    /// <summary>Does not ask.</summary>
    NotRequested,

    /// <summary>Asks and goes on without.</summary>
    Optional,

    /// <summary>Asks and refuses without: alert 116 (TLS 1.3) or 40 (TLS 1.2).</summary>
    Required,

    /// <summary>Asks after the first request: post-handshake authentication (TLS 1.3) or renegotiation (TLS 1.2).</summary>
    AfterRequest,
}
