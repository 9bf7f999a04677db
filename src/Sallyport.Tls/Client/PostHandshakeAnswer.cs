namespace Sallyport.Tls.Client;

/// <summary>What we answer when the server asks for a certificate after the handshake (TLS 1.3 post-handshake authentication, TLS 1.2 renegotiation).</summary>
public enum PostHandshakeAnswer
{
    /// <summary>The credential, as in the handshake.</summary>
    Answer,

    /// <summary>An empty Certificate message.</summary>
    Empty,

    /// <summary>Finished without Certificate and CertificateVerify, which the server must refuse.</summary>
    FinishedOnly,

    /// <summary>Nothing: the request is only noted.</summary>
    Ignore,
}
