namespace Sallyport.Certificates.Revocation;

/// <summary>Finds who may have signed a list, for one path.</summary>
internal interface ICrlSigners
{
    /// <summary>Whether some list was not checked because the budget of signature checks was spent.</summary>
    bool IsExhausted { get; }

    /// <summary>Finds a trusted signer of a list.</summary>
    /// <returns>Null when found; otherwise what was missing.</returns>
    RevocationGap? FindSigner(CertificateRevocationList list, out CertificateProfile? signer);

    /// <summary>Whether this signer's key made the list's signature.</summary>
    bool IsSignedBy(CertificateRevocationList list, CertificateProfile signer);
}
