using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Lab.Servers;

/// <summary>The files and objects that a lab server needs from a PKI. Servers keep their own files in a folder of their own.</summary>
public sealed record ServerMaterial
{
    /// <summary>PEM file: the server's leaf and its chain, valid for localhost, 127.0.0.1, public.test and secret.test.</summary>
    public required string ServerCertificateFile { get; init; }

    /// <summary>PEM file: the server's key, unencrypted PKCS#8.</summary>
    public required string ServerKeyFile { get; init; }

    /// <summary>PEM file: what the sites trust for clients.</summary>
    public required string ClientCaFile { get; init; }

    /// <summary>PEM file: the second client CA, trusted by public.test only.</summary>
    public required string OtherClientCaFile { get; init; }

    /// <summary>PEM file: the current CRL of the first client CA.</summary>
    public required string ClientCrlFile { get; init; }

    /// <summary>The server's leaf with its key, for servers in this process.</summary>
    public required X509Certificate2 ServerIdentity { get; init; }

    /// <summary>The first client CA.</summary>
    public required X509Certificate2 ClientCa { get; init; }

    /// <summary>The second client CA.</summary>
    public required X509Certificate2 OtherClientCa { get; init; }
}
