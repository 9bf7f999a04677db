namespace Sallyport.Scan.Target;

/// <summary>What the user declares an identity to be.</summary>
public enum IdentityState
{
    /// <summary>Valid: its requests must succeed. The default.</summary>
    Valid,

    /// <summary>Revoked: its requests must be refused.</summary>
    Revoked,

    /// <summary>Valid now; the <c>revoke</c> hook may revoke it and <c>restore</c> brings it back.</summary>
    Revocable,

    /// <summary>Expired.</summary>
    Expired,

    /// <summary>A valid certificate without an account behind it.</summary>
    Unmapped,
}
