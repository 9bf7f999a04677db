using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Identities;

/// <summary>What became of a change of the store. Everything but <see cref="Done"/> has changed nothing.</summary>
public abstract record IdentityWrite
{
    private IdentityWrite()
    {
    }

    /// <summary>It is committed, and every node hears of it.</summary>
    /// <param name="Epoch">The store's epoch with this change.</param>
    public sealed record Done(long Epoch) : IdentityWrite;

    /// <summary>There is an identity of this name already.</summary>
    public sealed record NameTaken : IdentityWrite;

    /// <summary>There is no identity of this name.</summary>
    public sealed record NotFound : IdentityWrite;

    /// <summary>Another identity has this match: a certificate speaks for one.</summary>
    /// <param name="Match">The match.</param>
    /// <param name="Owner">The name of the identity that has it.</param>
    public sealed record MatchTaken(CertificateMatch Match, string Owner) : IdentityWrite;

    /// <summary>No certificate can ever fit this match: a wildcard, or a name that its kind does not know.</summary>
    /// <param name="Match">The match.</param>
    public sealed record Unusable(CertificateMatch Match) : IdentityWrite;

    /// <summary>The identity is not the version that the change was made for.</summary>
    /// <param name="Version">Its version now.</param>
    public sealed record VersionMoved(long Version) : IdentityWrite;
}
