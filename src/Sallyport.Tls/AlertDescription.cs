namespace Sallyport.Tls;

/// <summary>The meaning of an alert's second byte.</summary>
/// <remarks>RFC 8446, section 6, and the IANA "TLS Alerts" registry. Numbers outside the list arrive unchanged.</remarks>
public enum AlertDescription : byte
{
    /// <summary>0: an orderly end.</summary>
    CloseNotify = 0,

    /// <summary>10: a message that may not come now.</summary>
    UnexpectedMessage = 10,

    /// <summary>20: a record that does not authenticate.</summary>
    BadRecordMac = 20,

    /// <summary>21: decryption failed (TLS 1.0 and before).</summary>
    DecryptionFailed = 21,

    /// <summary>22: a record that is too long.</summary>
    RecordOverflow = 22,

    /// <summary>30: decompression failed (up to TLS 1.2).</summary>
    DecompressionFailure = 30,

    /// <summary>40: no acceptable parameters; up to TLS 1.2 also "no certificate".</summary>
    HandshakeFailure = 40,

    /// <summary>41: no certificate (SSL 3.0).</summary>
    NoCertificate = 41,

    /// <summary>42: a certificate that is corrupt or whose signature is wrong.</summary>
    BadCertificate = 42,

    /// <summary>43: a certificate of a kind that is not accepted.</summary>
    UnsupportedCertificate = 43,

    /// <summary>44: a revoked certificate.</summary>
    CertificateRevoked = 44,

    /// <summary>45: an expired or not yet valid certificate.</summary>
    CertificateExpired = 45,

    /// <summary>46: a certificate refused for another reason.</summary>
    CertificateUnknown = 46,

    /// <summary>47: a field out of range or against the others.</summary>
    IllegalParameter = 47,

    /// <summary>48: an unknown certificate authority.</summary>
    UnknownCa = 48,

    /// <summary>49: a good certificate without the right to enter.</summary>
    AccessDenied = 49,

    /// <summary>50: a message that cannot be read.</summary>
    DecodeError = 50,

    /// <summary>51: a signature or Finished that does not verify.</summary>
    DecryptError = 51,

    /// <summary>60: export rules (historic).</summary>
    ExportRestriction = 60,

    /// <summary>70: a version that is not spoken.</summary>
    ProtocolVersion = 70,

    /// <summary>71: the server wants stronger parameters.</summary>
    InsufficientSecurity = 71,

    /// <summary>80: trouble of the peer's own.</summary>
    InternalError = 80,

    /// <summary>86: TLS_FALLBACK_SCSV seen with a version below the best, RFC 7507.</summary>
    InappropriateFallback = 86,

    /// <summary>90: the user gave up.</summary>
    UserCanceled = 90,

    /// <summary>100: renegotiation refused (up to TLS 1.2).</summary>
    NoRenegotiation = 100,

    /// <summary>109: an extension that must be there is not.</summary>
    MissingExtension = 109,

    /// <summary>110: an extension that was not offered.</summary>
    UnsupportedExtension = 110,

    /// <summary>111: a certificate URL that could not be fetched.</summary>
    CertificateUnobtainable = 111,

    /// <summary>112: no host of that name, RFC 6066.</summary>
    UnrecognizedName = 112,

    /// <summary>113: a bad stapled OCSP answer.</summary>
    BadCertificateStatusResponse = 113,

    /// <summary>114: a certificate hash that does not match.</summary>
    BadCertificateHashValue = 114,

    /// <summary>115: a pre-shared key identity that is not known.</summary>
    UnknownPskIdentity = 115,

    /// <summary>116: a client certificate is required, TLS 1.3.</summary>
    CertificateRequired = 116,

    /// <summary>120: no common application protocol, RFC 7301.</summary>
    NoApplicationProtocol = 120,

    /// <summary>121: Encrypted Client Hello is required.</summary>
    EchRequired = 121,
}
