namespace Sallyport.Certificates.Chain;

/// <summary>What the last certificate of a path is for.</summary>
internal enum PathRole
{
    /// <summary>A peer's certificate: everything applies.</summary>
    Leaf,

    /// <summary>A CRL signer: purpose, policies and leaf rules of the peer do not apply.</summary>
    CrlSigner,
}
