namespace Sallyport.Certificates;

/// <summary>The ways in which a certificate can be unreadable.</summary>
public enum CertificateDefectKind
{
    /// <summary>More octets than <see cref="CertificateProfile.MaxDerBytes"/>.</summary>
    TooLarge,

    /// <summary>Not DER, or not the structure RFC 5280, section 4.1 gives.</summary>
    Malformed,

    /// <summary>Octets after the end.</summary>
    TrailingData,

    /// <summary>A version other than 1, 2 and 3, or fields that the version does not have.</summary>
    BadVersion,

    /// <summary>The signature algorithm inside and outside of the signed part differ.</summary>
    AlgorithmMismatch,

    /// <summary>The same extension twice.</summary>
    DuplicateExtension,

    /// <summary>A known extension whose value is not what its definition gives.</summary>
    MalformedExtension,
}
