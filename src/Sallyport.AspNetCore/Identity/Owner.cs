namespace Sallyport.AspNetCore.Identity;

/// <summary>Whose a key is: nobody's, one identity's, or claimed by several.</summary>
internal readonly record struct Owner
{
    public Owner(CertificateIdentity identity) => Identity = identity;

    /// <summary>No identity has it.</summary>
    public static Owner Nobody => default;

    /// <summary>The one identity; null when there is none or more than one.</summary>
    public CertificateIdentity? Identity { get; private init; }

    /// <summary>Whether several identities claim it.</summary>
    public bool IsAmbiguous { get; private init; }

    /// <summary>Puts two findings together: they must agree.</summary>
    public Owner And(Owner other)
    {
        if (IsAmbiguous || other.IsAmbiguous)
        {
            return new Owner { IsAmbiguous = true };
        }

        if (Identity is null || other.Identity is null)
        {
            return Identity is null ? other : this;
        }

        return ReferenceEquals(Identity, other.Identity) ? this : new Owner { IsAmbiguous = true };
    }
}
