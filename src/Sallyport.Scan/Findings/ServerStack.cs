namespace Sallyport.Scan.Findings;

/// <summary>The stack in front of the API, for which a remedy is written.</summary>
public enum ServerStack
{
    /// <summary>ASP.NET Core with Sallyport.</summary>
    AspNetCore,

    /// <summary>Axum over rustls.</summary>
    Axum,

    /// <summary>nginx.</summary>
    Nginx,

    /// <summary>Envoy.</summary>
    Envoy,

    /// <summary>HAProxy.</summary>
    Haproxy,

    /// <summary>Go's net/http and crypto/tls.</summary>
    Go,

    /// <summary>Node's https and tls modules.</summary>
    Node,
}
