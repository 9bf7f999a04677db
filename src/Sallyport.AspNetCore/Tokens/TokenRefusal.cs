namespace Sallyport.AspNetCore.Tokens;

/// <summary>Why a token was refused: for the audit trail, never for the caller.</summary>
internal enum TokenRefusal
{
    None,
    SeveralHeaders,
    Malformed,
    TooLong,
    OtherScheme,
    NotThreeParts,
    HeaderRefused,
    TypeRefused,
    AlgorithmRefused,
    ClaimsRefused,
    IssuerUnknown,
    KeysMissing,
    KeyUnknown,
    SignatureWrong,
    AudienceWrong,
    Expired,
    NotYetValid,
    IssuedInTheFuture,
    ConfirmationNotUnderstood,
    BoundToAnother,
    Unbound,
    UnboundPath,
    SubjectMismatch,
    Denied,
    Missing,
    ScopeMissing,
}
