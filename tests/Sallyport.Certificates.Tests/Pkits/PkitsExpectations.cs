namespace Sallyport.Certificates.Tests.Pkits;

/// <summary>
/// What each case must give: RFC 5280 alone, with the strict profile, with the strict profile but no purpose asked. A refusal is
/// its reason, after a slash what was missing to know the revocation status. No case is left out.
/// </summary>
internal static class PkitsExpectations
{
    public const string Table = """
        4.1.1 Valid Signatures Test1 | Verified | PurposeMissing | Verified
        4.1.2 Invalid CA Signature Test2 | BadSignature | BadSignature | BadSignature
        4.1.3 Invalid EE Signature Test3 | BadSignature | BadSignature | BadSignature
        4.1.4 Valid DSA Signatures Test4 | Verified | WeakKey | WeakKey
        4.1.5 Valid DSA Parameter Inheritance Test5 | Verified | WeakKey | WeakKey
        4.1.6 Invalid DSA Signature Test6 | BadSignature | BadSignature | BadSignature
        4.2.1 Invalid CA notBefore Date Test1 | NotYetValid | NotYetValid | NotYetValid
        4.2.2 Invalid EE notBefore Date Test2 | NotYetValid | NotYetValid | NotYetValid
        4.2.3 Valid pre2000 UTC notBefore Date Test3 | Verified | PurposeMissing | Verified
        4.2.4 Valid GeneralizedTime notBefore Date Test4 | Verified | BadValidity | BadValidity
        4.2.5 Invalid CA notAfter Date Test5 | Expired | Expired | Expired
        4.2.6 Invalid EE notAfter Date Test6 | Expired | Expired | Expired
        4.2.7 Invalid pre2000 UTC EE notAfter Date Test7 | Expired | Expired | Expired
        4.2.8 Valid GeneralizedTime notAfter Date Test8 | Verified | PurposeMissing | Verified
        4.3.1 Invalid Name Chaining EE Test1 | UnknownIssuer | UnknownIssuer | UnknownIssuer
        4.3.2 Invalid Name Chaining Order Test2 | UnknownIssuer | UnknownIssuer | UnknownIssuer
        4.3.3 Valid Name Chaining Whitespace Test3 | Verified | PurposeMissing | Verified
        4.3.4 Valid Name Chaining Whitespace Test4 | Verified | PurposeMissing | Verified
        4.3.5 Valid Name Chaining Capitalization Test5 | Verified | PurposeMissing | Verified
        4.3.6 Valid Name Chaining UIDs Test6 | Verified | BadName | BadName
        4.3.7 Valid RFC3280 Mandatory Attribute Types Test7 | Verified | PurposeMissing | Verified
        4.3.8 Valid RFC3280 Optional Attribute Types Test8 | Verified | PurposeMissing | Verified
        4.3.9 Valid UTF8String Encoded Names Test9 | Verified | PurposeMissing | Verified
        4.3.11 Valid UTF8String Case Insensitive Match Test11 | Verified | PurposeMissing | Verified
        4.4.1 Missing CRL Test1 | RevocationUnknown/NoSource | PurposeMissing | RevocationUnknown/NoSource
        4.4.2 Invalid Revoked CA Test2 | Revoked | PurposeMissing | Revoked
        4.4.3 Invalid Revoked EE Test3 | Revoked | PurposeMissing | Revoked
        4.4.4 Invalid Bad CRL Signature Test4 | RevocationUnknown/BadSignature | PurposeMissing | RevocationUnknown/BadSignature
        4.4.5 Invalid Bad CRL Issuer Name Test5 | RevocationUnknown/NoSource | PurposeMissing | RevocationUnknown/NoSource
        4.4.6 Invalid Wrong CRL Test6 | RevocationUnknown/NoSource | PurposeMissing | RevocationUnknown/NoSource
        4.4.7 Valid Two CRLs Test7 | Verified | PurposeMissing | Verified
        4.4.8 Invalid Unknown CRL Entry Extension Test8 | RevocationUnknown/UnknownCriticalExtension | PurposeMissing | RevocationUnknown/UnknownCriticalExtension
        4.4.9 Invalid Unknown CRL Extension Test9 | RevocationUnknown/UnknownCriticalExtension | PurposeMissing | RevocationUnknown/UnknownCriticalExtension
        4.4.10 Invalid Unknown CRL Extension Test10 | RevocationUnknown/UnknownCriticalExtension | PurposeMissing | RevocationUnknown/UnknownCriticalExtension
        4.4.11 Invalid Old CRL nextUpdate Test11 | RevocationUnknown/NotCurrent | PurposeMissing | RevocationUnknown/NotCurrent
        4.4.12 Invalid pre2000 CRL nextUpdate Test12 | RevocationUnknown/NotCurrent | PurposeMissing | RevocationUnknown/NotCurrent
        4.4.13 Valid GeneralizedTime CRL nextUpdate Test13 | Verified | PurposeMissing | Verified
        4.4.14 Valid Negative Serial Number Test14 | Verified | PurposeMissing | Verified
        4.4.15 Invalid Negative Serial Number Test15 | Revoked | BadSerialNumber | BadSerialNumber
        4.4.16 Valid Long Serial Number Test16 | Verified | PurposeMissing | Verified
        4.4.17 Valid Long Serial Number Test17 | Verified | PurposeMissing | Verified
        4.4.18 Invalid Long Serial Number Test18 | Revoked | PurposeMissing | Revoked
        4.4.19 Valid Separate Certificate and CRL Keys Test19 | Verified | PurposeMissing | Verified
        4.4.20 Invalid Separate Certificate and CRL Keys Test20 | Revoked | PurposeMissing | Revoked
        4.4.21 Invalid Separate Certificate and CRL Keys Test21 | RevocationUnknown/UntrustedSigner | PurposeMissing | RevocationUnknown/UntrustedSigner
        4.5.1 Valid Basic Self-Issued Old With New Test1 | Verified | PurposeMissing | Verified
        4.5.2 Invalid Basic Self-Issued Old With New Test2 | Revoked | PurposeMissing | Revoked
        4.5.3 Valid Basic Self-Issued New With Old Test3 | Verified | PurposeMissing | Verified
        4.5.4 Valid Basic Self-Issued New With Old Test4 | Verified | PurposeMissing | Verified
        4.5.5 Invalid Basic Self-Issued New With Old Test5 | Revoked | PurposeMissing | Revoked
        4.5.6 Valid Basic Self-Issued CRL Signing Key Test6 | Verified | PurposeMissing | Verified
        4.5.7 Invalid Basic Self-Issued CRL Signing Key Test7 | Revoked | PurposeMissing | Revoked
        4.5.8 Invalid Basic Self-Issued CRL Signing Key Test8 | IssuerIsNoAuthority | IssuerIsNoAuthority | IssuerIsNoAuthority
        4.6.1 Invalid Missing basicConstraints Test1 | IssuerIsNoAuthority | IssuerIsNoAuthority | IssuerIsNoAuthority
        4.6.2 Invalid cA False Test2 | IssuerIsNoAuthority | IssuerIsNoAuthority | IssuerIsNoAuthority
        4.6.3 Invalid cA False Test3 | IssuerIsNoAuthority | IssuerIsNoAuthority | IssuerIsNoAuthority
        4.6.4 Valid basicConstraints Not Critical Test4 | Verified | BadExtension | BadExtension
        4.6.5 Invalid pathLenConstraint Test5 | PathTooLong | PathTooLong | PathTooLong
        4.6.6 Invalid pathLenConstraint Test6 | PathTooLong | PathTooLong | PathTooLong
        4.6.7 Valid pathLenConstraint Test7 | Verified | PurposeMissing | Verified
        4.6.8 Valid pathLenConstraint Test8 | Verified | PurposeMissing | LeafIsAuthority
        4.6.9 Invalid pathLenConstraint Test9 | PathTooLong | PathTooLong | PathTooLong
        4.6.10 Invalid pathLenConstraint Test10 | PathTooLong | PathTooLong | PathTooLong
        4.6.11 Invalid pathLenConstraint Test11 | PathTooLong | PathTooLong | PathTooLong
        4.6.12 Invalid pathLenConstraint Test12 | PathTooLong | PathTooLong | PathTooLong
        4.6.13 Valid pathLenConstraint Test13 | Verified | PurposeMissing | Verified
        4.6.14 Valid pathLenConstraint Test14 | Verified | PurposeMissing | LeafIsAuthority
        4.6.15 Valid Self-Issued pathLenConstraint Test15 | Verified | PurposeMissing | Verified
        4.6.16 Invalid Self-Issued pathLenConstraint Test16 | PathTooLong | PathTooLong | PathTooLong
        4.6.17 Valid Self-Issued pathLenConstraint Test17 | Verified | PurposeMissing | Verified
        4.7.1 Invalid keyUsage Critical keyCertSign False Test1 | IssuerMayNotSign | IssuerMayNotSign | IssuerMayNotSign
        4.7.2 Invalid keyUsage Not Critical keyCertSign False Test2 | IssuerMayNotSign | IssuerMayNotSign | IssuerMayNotSign
        4.7.3 Valid keyUsage Not Critical Test3 | Verified | PurposeMissing | Verified
        4.7.4 Invalid keyUsage Critical cRLSign False Test4 | RevocationUnknown/UntrustedSigner | PurposeMissing | RevocationUnknown/UntrustedSigner
        4.7.5 Invalid keyUsage Not Critical cRLSign False Test5 | RevocationUnknown/UntrustedSigner | PurposeMissing | RevocationUnknown/UntrustedSigner
        4.8.1 All Certificates Same Policy Test1 (Subpart 1) | Verified | PurposeMissing | Verified
        4.8.1 All Certificates Same Policy Test1 (Subpart 2) | Verified | PurposeMissing | Verified
        4.8.1 All Certificates Same Policy Test1 (Subpart 3) | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.8.1 All Certificates Same Policy Test1 (Subpart 4) | Verified | PurposeMissing | Verified
        4.8.2 All Certificates No Policies Test2 (Subpart 1) | Verified | PurposeMissing | Verified
        4.8.2 All Certificates No Policies Test2 (Subpart 2) | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.8.3 Different Policies Test3 (Subpart 1) | Verified | PurposeMissing | Verified
        4.8.3 Different Policies Test3 (Subpart 2) | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.8.3 Different Policies Test3 (Subpart 3) | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.8.4 Different Policies Test4 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.8.5 Different Policies Test5 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.8.6 Overlapping Policies Test6 (Subpart 1) | Verified | BadExtension | BadExtension
        4.8.6 Overlapping Policies Test6 (Subpart 2) | Verified | BadExtension | BadExtension
        4.8.6 Overlapping Policies Test6 (Subpart 3) | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.8.7 Different Policies Test7 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.8.8 Different Policies Test8 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.8.9 Different Policies Test9 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.8.10 All Certificates Same Policies Test10 (Subpart 1) | Verified | BadExtension | BadExtension
        4.8.10 All Certificates Same Policies Test10 (Subpart 2) | Verified | BadExtension | BadExtension
        4.8.10 All Certificates Same Policies Test10 (Subpart 3) | Verified | BadExtension | BadExtension
        4.8.11 All Certificates AnyPolicy Test11 (Subpart 1) | Verified | BadExtension | BadExtension
        4.8.11 All Certificates AnyPolicy Test11 (Subpart 2) | Verified | BadExtension | BadExtension
        4.8.12 Different Policies Test12 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.8.13 All Certificates Same Policies Test13 (Subpart 1) | Verified | BadExtension | BadExtension
        4.8.13 All Certificates Same Policies Test13 (Subpart 2) | Verified | BadExtension | BadExtension
        4.8.13 All Certificates Same Policies Test13 (Subpart 3) | Verified | BadExtension | BadExtension
        4.8.14 AnyPolicy Test14 (Subpart 1) | Verified | BadExtension | BadExtension
        4.8.14 AnyPolicy Test14 (Subpart 2) | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.8.15 User Notice Qualifier Test15 | Verified | PurposeMissing | Verified
        4.8.16 User Notice Qualifier Test16 | Verified | PurposeMissing | Verified
        4.8.17 User Notice Qualifier Test17 | Verified | PurposeMissing | Verified
        4.8.18 User Notice Qualifier Test18 (Subpart 1) | Verified | BadExtension | BadExtension
        4.8.18 User Notice Qualifier Test18 (Subpart 2) | Verified | BadExtension | BadExtension
        4.8.19 User Notice Qualifier Test19 | Verified | PurposeMissing | Verified
        4.8.20 CPS Pointer Qualifier Test20 | Verified | PurposeMissing | Verified
        4.9.1 Valid RequireExplicitPolicy Test1 | Verified | PurposeMissing | Verified
        4.9.2 Valid RequireExplicitPolicy Test2 | Verified | PurposeMissing | Verified
        4.9.3 Invalid RequireExplicitPolicy Test3 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.9.4 Valid RequireExplicitPolicy Test4 | Verified | PurposeMissing | Verified
        4.9.5 Invalid RequireExplicitPolicy Test5 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.9.6 Valid Self-Issued requireExplicitPolicy Test6 | Verified | PurposeMissing | Verified
        4.9.7 Invalid Self-Issued requireExplicitPolicy Test7 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.9.8 Invalid Self-Issued requireExplicitPolicy Test8 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.10.1.1 Valid Policy Mapping Test1 (Subpart 1) | Verified | BadExtension | BadExtension
        4.10.1.2 Valid Policy Mapping Test1 (Subpart 2) | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.10.1.3 Valid Policy Mapping Test1 (Subpart 3) | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.10.2 Invalid Policy Mapping Test2 (Subpart 1) | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.10.2 Invalid Policy Mapping Test2 (Subpart 2) | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.10.3 Valid Policy Mapping Test3 (Subpart 1) | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.10.3 Valid Policy Mapping Test3 (Subpart 2) | Verified | BadExtension | BadExtension
        4.10.4 Invalid Policy Mapping Test4 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.10.5 Valid Policy Mapping Test5 (Subpart 1) | Verified | BadExtension | BadExtension
        4.10.5 Valid Policy Mapping Test5 (Subpart 2) | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.10.6 Valid Policy Mapping Test6 (Subpart 1) | Verified | BadExtension | BadExtension
        4.10.6 Valid Policy Mapping Test6 (Subpart 2) | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.10.7 Invalid Mapping From anyPolicy Test7 | PolicyMappedToAny | PolicyMappedToAny | PolicyMappedToAny
        4.10.8 Invalid Mapping To anyPolicy Test8 | PolicyMappedToAny | PolicyMappedToAny | PolicyMappedToAny
        4.10.9 Valid Policy Mapping Test9 | Verified | BadExtension | BadExtension
        4.10.10 Invalid Policy Mapping Test10 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.10.11 Valid Policy Mapping Test11 | Verified | BadExtension | BadExtension
        4.10.12 Valid Policy Mapping Test12 (Subpart 1) | Verified | BadExtension | BadExtension
        4.10.12 Valid Policy Mapping Test12 (Subpart 2) | Verified | BadExtension | BadExtension
        4.10.13 Valid Policy Mapping Test13 (Subpart 1) | Verified | BadExtension | BadExtension
        4.10.13 Valid Policy Mapping Test13 (Subpart 2) | Verified | BadExtension | BadExtension
        4.10.13 Valid Policy Mapping Test13 (Subpart 3) | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.10.14 Valid Policy Mapping Test14 | Verified | BadExtension | BadExtension
        4.11.1 Invalid inhibitPolicyMapping Test1 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.11.2 Valid inhibitPolicyMapping Test2 | Verified | PurposeMissing | Verified
        4.11.3 Invalid inhibitPolicyMapping Test3 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.11.4 Valid inhibitPolicyMapping Test4 | Verified | PurposeMissing | Verified
        4.11.5 Invalid inhibitPolicyMapping Test5 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.11.6 Invalid inhibitPolicyMapping Test6 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.11.7 Valid Self-Issued inhibitPolicyMapping Test7 | Verified | PurposeMissing | Verified
        4.11.8 Invalid Self-Issued inhibitPolicyMapping Test8 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.11.9 Invalid Self-Issued inhibitPolicyMapping Test9 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.11.10 Invalid Self-Issued inhibitPolicyMapping Test10 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.11.11 Invalid Self-Issued inhibitPolicyMapping Test11 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.12.1 Invalid inhibitAnyPolicy Test1 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.12.2 Valid inhibitAnyPolicy Test2 | Verified | BadExtension | BadExtension
        4.12.3 inhibitAnyPolicy Test3 (Subpart 1) | Verified | BadExtension | BadExtension
        4.12.3 inhibitAnyPolicy Test3 (Subpart 2) | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.12.4 Invalid inhibitAnyPolicy Test4 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.12.5 Invalid inhibitAnyPolicy Test5 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.12.6 Invalid inhibitAnyPolicy Test6 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.12.7 Valid Self-Issued inhibitAnyPolicy Test7 | Verified | BadExtension | BadExtension
        4.12.8 Invalid Self-Issued inhibitAnyPolicy Test8 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.12.9 Valid Self-Issued inhibitAnyPolicy Test9 | Verified | BadExtension | BadExtension
        4.12.10 Invalid Self-Issued inhibitAnyPolicy Test10 | NoAcceptablePolicy | NoAcceptablePolicy | NoAcceptablePolicy
        4.13.1 Valid DN nameConstraints Test1 | Verified | PurposeMissing | Verified
        4.13.2 Invalid DN nameConstraints Test2 | NameNotPermitted | NameNotPermitted | NameNotPermitted
        4.13.3 Invalid DN nameConstraints Test3 | NameNotPermitted | NameNotPermitted | NameNotPermitted
        4.13.4 Valid DN nameConstraints Test4 | Verified | PurposeMissing | Verified
        4.13.5 Valid DN nameConstraints Test5 | Verified | PurposeMissing | Verified
        4.13.6 Valid DN nameConstraints Test6 | Verified | PurposeMissing | Verified
        4.13.7 Invalid DN nameConstraints Test7 | NameExcluded | NameExcluded | NameExcluded
        4.13.8 Invalid DN nameConstraints Test8 | NameExcluded | NameExcluded | NameExcluded
        4.13.9 Invalid DN nameConstraints Test9 | NameExcluded | NameExcluded | NameExcluded
        4.13.10 Invalid DN nameConstraints Test10 | NameExcluded | NameExcluded | NameExcluded
        4.13.11 Valid DN nameConstraints Test11 | Verified | PurposeMissing | Verified
        4.13.12 Invalid DN nameConstraints Test12 | NameNotPermitted | NameNotPermitted | NameNotPermitted
        4.13.13 Invalid DN nameConstraints Test13 | NameNotPermitted | NameNotPermitted | NameNotPermitted
        4.13.14 Valid DN nameConstraints Test14 | Verified | PurposeMissing | Verified
        4.13.15 Invalid DN nameConstraints Test15 | NameExcluded | NameExcluded | NameExcluded
        4.13.16 Invalid DN nameConstraints Test16 | NameExcluded | NameExcluded | NameExcluded
        4.13.17 Invalid DN nameConstraints Test17 | NameExcluded | NameExcluded | NameExcluded
        4.13.18 Valid DN nameConstraints Test18 | Verified | PurposeMissing | Verified
        4.13.19 Valid Self-Issued DN nameConstraints Test19 | Verified | PurposeMissing | Verified
        4.13.20 Invalid Self-Issued DN nameConstraints Test20 | NameNotPermitted | NameNotPermitted | NameNotPermitted
        4.13.21 Valid RFC822 nameConstraints Test21 | Verified | PurposeMissing | Verified
        4.13.22 Invalid RFC822 nameConstraints Test22 | NameNotPermitted | NameNotPermitted | NameNotPermitted
        4.13.23 Valid RFC822 nameConstraints Test23 | Verified | PurposeMissing | Verified
        4.13.24 Invalid RFC822 nameConstraints Test24 | NameNotPermitted | NameNotPermitted | NameNotPermitted
        4.13.25 Valid RFC822 nameConstraints Test25 | Verified | PurposeMissing | Verified
        4.13.26 Invalid RFC822 nameConstraints Test26 | NameExcluded | NameExcluded | NameExcluded
        4.13.27 Valid DN and RFC822 nameConstraints Test27 | Verified | PurposeMissing | Verified
        4.13.28 Invalid DN and RFC822 nameConstraints Test28 | NameNotPermitted | NameNotPermitted | NameNotPermitted
        4.13.29 Invalid DN and RFC822 nameConstraints Test29 | NameNotPermitted | NameNotPermitted | NameNotPermitted
        4.13.30 Valid DNS nameConstraints Test30 | Verified | PurposeMissing | Verified
        4.13.31 Invalid DNS nameConstraints Test31 | NameNotPermitted | NameNotPermitted | NameNotPermitted
        4.13.32 Valid DNS nameConstraints Test32 | Verified | PurposeMissing | Verified
        4.13.33 Invalid DNS nameConstraints Test33 | NameExcluded | NameExcluded | NameExcluded
        4.13.34 Valid URI nameConstraints Test34 | Verified | PurposeMissing | Verified
        4.13.35 Invalid URI nameConstraints Test35 | NameNotPermitted | NameNotPermitted | NameNotPermitted
        4.13.36 Valid URI nameConstraints Test36 | Verified | PurposeMissing | Verified
        4.13.37 Invalid URI nameConstraints Test37 | NameExcluded | NameExcluded | NameExcluded
        4.13.38 Invalid DNS nameConstraints Test38 | NameNotPermitted | NameNotPermitted | NameNotPermitted
        4.14.1 Valid distributionPoint Test1 | Verified | PurposeMissing | Verified
        4.14.2 Invalid distributionPoint Test2 | Revoked | PurposeMissing | Revoked
        4.14.3 Invalid distributionPoint Test3 | RevocationUnknown/OutOfScope | PurposeMissing | RevocationUnknown/OutOfScope
        4.14.4 Valid distributionPoint Test4 | Verified | PurposeMissing | Verified
        4.14.5 Valid distributionPoint Test5 | Verified | PurposeMissing | Verified
        4.14.6 Invalid distributionPoint Test6 | Revoked | PurposeMissing | Revoked
        4.14.7 Valid distributionPoint Test7 | Verified | PurposeMissing | Verified
        4.14.8 Invalid distributionPoint Test8 | RevocationUnknown/OutOfScope | PurposeMissing | RevocationUnknown/OutOfScope
        4.14.9 Invalid distributionPoint Test9 | RevocationUnknown/OutOfScope | PurposeMissing | RevocationUnknown/OutOfScope
        4.14.10 Valid No issuingDistributionPoint Test10 | Verified | PurposeMissing | Verified
        4.14.11 Invalid onlyContainsUserCerts CRL Test11 | RevocationUnknown/OutOfScope | PurposeMissing | LeafIsAuthority
        4.14.12 Invalid onlyContainsCACerts CRL Test12 | RevocationUnknown/OutOfScope | PurposeMissing | RevocationUnknown/OutOfScope
        4.14.13 Valid onlyContainsCACerts CRL Test13 | Verified | PurposeMissing | LeafIsAuthority
        4.14.14 Invalid onlyContainsAttributeCerts Test14 | RevocationUnknown/OutOfScope | PurposeMissing | RevocationUnknown/OutOfScope
        4.14.15 Invalid onlySomeReasons Test15 | Revoked | PurposeMissing | Revoked
        4.14.16 Invalid onlySomeReasons Test16 | Revoked | PurposeMissing | Revoked
        4.14.17 Invalid onlySomeReasons Test17 | RevocationUnknown/ReasonsIncomplete | PurposeMissing | RevocationUnknown/ReasonsIncomplete
        4.14.18 Valid onlySomeReasons Test18 | Verified | PurposeMissing | Verified
        4.14.19 Valid onlySomeReasons Test19 | Verified | PurposeMissing | Verified
        4.14.20 Invalid onlySomeReasons Test20 | Revoked | PurposeMissing | Revoked
        4.14.21 Invalid onlySomeReasons Test21 | Revoked | PurposeMissing | Revoked
        4.14.22 Valid IDP with indirectCRL Test22 | Verified | PurposeMissing | Verified
        4.14.23 Invalid IDP with indirectCRL Test23 | Revoked | PurposeMissing | Revoked
        4.14.24 Valid IDP with indirectCRL Test24 | Verified | PurposeMissing | Verified
        4.14.25 Valid IDP with indirectCRL Test25 | Verified | PurposeMissing | Verified
        4.14.26 Invalid IDP with indirectCRL Test26 | RevocationUnknown/NoSource | PurposeMissing | RevocationUnknown/NoSource
        4.14.27 Invalid cRLIssuer Test27 | RevocationUnknown/OutOfScope | PurposeMissing | RevocationUnknown/OutOfScope
        4.14.28 Valid cRLIssuer Test28 | Verified | PurposeMissing | Verified
        4.14.29 Valid cRLIssuer Test29 | Verified | PurposeMissing | Verified
        4.14.30 Valid cRLIssuer Test30 | Verified | PurposeMissing | Verified
        4.14.31 Invalid cRLIssuer Test31 | Revoked | PurposeMissing | Revoked
        4.14.32 Invalid cRLIssuer Test32 | Revoked | PurposeMissing | Revoked
        4.14.33 Valid cRLIssuer Test33 | Verified | PurposeMissing | Verified
        4.14.34 Invalid cRLIssuer Test34 | Revoked | PurposeMissing | Revoked
        4.14.35 Invalid cRLIssuer Test35 | RevocationUnknown/OutOfScope | PurposeMissing | RevocationUnknown/OutOfScope
        4.15.1 Invalid deltaCRLIndicator No Base Test1 | RevocationUnknown/NoSource | PurposeMissing | RevocationUnknown/NoSource
        4.15.2 Valid delta-CRL Test2 | Verified | PurposeMissing | Verified
        4.15.3 Invalid delta-CRL Test3 | Revoked | PurposeMissing | Revoked
        4.15.4 Invalid delta-CRL Test4 | Revoked | PurposeMissing | Revoked
        4.15.5 Valid delta-CRL Test5 | Verified | PurposeMissing | Verified
        4.15.6 Invalid delta-CRL Test6 | Revoked | PurposeMissing | Revoked
        4.15.7 Valid delta-CRL Test7 | Verified | PurposeMissing | Verified
        4.15.8 Valid delta-CRL Test8 | Verified | PurposeMissing | Verified
        4.15.9 Invalid delta-CRL Test9 | Revoked | PurposeMissing | Revoked
        4.15.10 Invalid delta-CRL Test10 | RevocationUnknown/NotCurrent | PurposeMissing | RevocationUnknown/NotCurrent
        4.16.2 Invalid Unknown Critical Certificate Extension Test2 | UnknownCriticalExtension | UnknownCriticalExtension | UnknownCriticalExtension
        """;
}
