namespace Sallyport.AspNetCore.Revocation;

/// <summary>What became of a list that a source offers.</summary>
internal enum CrlFate
{
    /// <summary>It counts.</summary>
    Accepted,

    /// <summary>Its thisUpdate lies ahead: it is asked again later.</summary>
    NotYetValid,

    /// <summary>No configured anchor or intermediate signed it.</summary>
    UnknownSigner,

    /// <summary>Whoever signed it may not sign lists.</summary>
    SignerMayNotSign,

    /// <summary>It does not say by when the next one comes, so that nobody could tell when it is outdated.</summary>
    WithoutNextUpdate,

    /// <summary>It has a critical extension that is not processed.</summary>
    UnknownCriticalExtension,

    /// <summary>A newer one was accepted before, by number or date.</summary>
    OlderThanAccepted,
}
