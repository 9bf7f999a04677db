namespace Sallyport.AspNetCore.Identity;

/// <summary>Whose certificate it is, or why that is nobody's.</summary>
public abstract record IdentityAnswer
{
    private IdentityAnswer()
    {
    }

    /// <summary>An active identity.</summary>
    /// <param name="Identity">The identity.</param>
    /// <param name="Epoch">The snapshot that says so.</param>
    public sealed record Known(CertificateIdentity Identity, long Epoch) : IdentityAnswer;

    /// <summary>No identity has it.</summary>
    public sealed record Unmapped : IdentityAnswer;

    /// <summary>Several identities have it: nobody is let in on a guess.</summary>
    public sealed record Ambiguous : IdentityAnswer;

    /// <summary>The identity is disabled or out of its dates.</summary>
    /// <param name="Name">Its name.</param>
    public sealed record Inactive(string Name) : IdentityAnswer;

    /// <summary>The snapshot is older than it may be, or was never read.</summary>
    public sealed record Stale : IdentityAnswer;
}
