namespace Sallyport.Certificates.Revocation;

/// <summary>What an unknown revocation status means.</summary>
public enum RevocationMode
{
    /// <summary>Unknown is refused.</summary>
    Required,

    /// <summary>Unknown passes; known to be revoked is refused, by an outdated source too.</summary>
    WhenKnown,

    /// <summary>Revocation is not asked, the deny list excepted.</summary>
    Off,
}
