namespace Sallyport.Certificates.Chain;

/// <summary>One rule of the strict profile. A test breaks each of them alone and fails when one has no row.</summary>
internal enum ProfileClause
{
    /// <summary>Section 4.1.2.1: extensions need version 3.</summary>
    Version,

    /// <summary>Section 4.1.2.2: positive, at most 20 octets.</summary>
    SerialNumber,

    /// <summary>Section 4.1.2.4: an issuer has a name.</summary>
    IssuerName,

    /// <summary>Section 4.1.2.5: UTCTime through 2049, GeneralizedTime after.</summary>
    TimeForm,

    /// <summary>Section 4.1.2.6: an authority has a name.</summary>
    AuthorityName,

    /// <summary>Sections 4.1.2.6 and 4.2.1.6: without a name, the alternative name is critical.</summary>
    SubjectName,

    /// <summary>Section 4.1.2.8: no unique identifiers.</summary>
    UniqueIdentifier,

    /// <summary>Section 4.2.1.1: the issuer's key is named.</summary>
    AuthorityKeyMissing,

    /// <summary>Section 4.2.1.1: the key named is the issuer's.</summary>
    AuthorityKeyForeign,

    /// <summary>Section 4.2.1.1: the serial number named is the issuer's.</summary>
    AuthoritySerialForeign,

    /// <summary>Section 4.2.1.1 and appendix A.2: the issuer's issuer and serial number come both or not at all.</summary>
    AuthorityHalfNamed,

    /// <summary>Section 4.2.1.2: an authority names its key.</summary>
    SubjectKeyMissing,

    /// <summary>Sections 4.2.1.1, 4.2.1.2, 4.2.1.15, 4.2.2.1 and 4.2.2.2: extensions that are never critical.</summary>
    NeverCritical,

    /// <summary>Sections 4.2.1.10, 4.2.1.11 and 4.2.1.14: extensions that are always critical.</summary>
    AlwaysCritical,

    /// <summary>Section 4.2.1.3: a key usage names one.</summary>
    EmptyKeyUsage,

    /// <summary>Sections 4.2.1.3 and 4.2.1.9: only an authority signs certificates.</summary>
    SignsWithoutAuthority,

    /// <summary>Section 4.2.1.3: who signs certificates says so.</summary>
    IssuerWithoutUsage,

    /// <summary>Section 4.2.1.3: who signs lists says so.</summary>
    ListSignerWithoutUsage,

    /// <summary>Section 4.2.1.4: anyPolicy has only the qualifiers of the RFC.</summary>
    AnyPolicyQualifier,

    /// <summary>Section 4.2.1.5: nothing is mapped to or from anyPolicy.</summary>
    AnyPolicyMapped,

    /// <summary>Section 4.2.1.6: the syntax of subject alternative names.</summary>
    SubjectAlternativeName,

    /// <summary>Section 4.2.1.7: the syntax of issuer alternative names.</summary>
    IssuerAlternativeName,

    /// <summary>Section 4.2.1.9: an authority's basic constraints are critical.</summary>
    BasicConstraintsCritical,

    /// <summary>Section 4.2.1.9: only an authority that signs certificates limits the path.</summary>
    LimitAlone,

    /// <summary>Section 4.2.1.10: name constraints constrain something.</summary>
    NameConstraintsEmpty,

    /// <summary>Section 4.2.1.10: only an authority has name constraints.</summary>
    NameConstraintsMisplaced,

    /// <summary>Section 4.2.1.10: minimum is zero and maximum absent.</summary>
    NameConstraintsDistance,

    /// <summary>Section 4.2.1.10: the syntax of a subtree's base.</summary>
    NameConstraintsSyntax,

    /// <summary>Section 4.2.1.11: policy constraints constrain something.</summary>
    PolicyConstraintsEmpty,

    /// <summary>Sections 4.2.1.13 and 4.2.1.15: a distribution point has a name, or the name of who issues its lists.</summary>
    NamelessPoint,

    /// <summary>Not of the RFC: the anchor's key has the strength of every other.</summary>
    AnchorKey,

    /// <summary>Not of the RFC: the anchor is in its dates.</summary>
    AnchorValidity,

    /// <summary>Section 4.2.1.9, for the anchor.</summary>
    AnchorIsNoAuthority,

    /// <summary>Section 4.2.1.3, for the anchor.</summary>
    AnchorMayNotSign,

    /// <summary>Not of the RFC: no signature by a broken digest.</summary>
    SignatureStrength,

    /// <summary>Not of the RFC: every key is strong.</summary>
    KeyStrength,

    /// <summary>Section 4.2.1.12, and the purpose is compulsory.</summary>
    Purpose,

    /// <summary>Not of the RFC: a leaf is no authority.</summary>
    LeafIsAuthority,

    /// <summary>Section 4.2.1.3, for the leaf.</summary>
    LeafUsage,

    /// <summary>Not of the RFC: the operator's list of names.</summary>
    AllowedName,
}
