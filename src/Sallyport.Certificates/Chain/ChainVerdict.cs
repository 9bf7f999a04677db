namespace Sallyport.Certificates.Chain;

/// <summary>The answer of <see cref="ChainVerifier"/>.</summary>
public abstract record ChainVerdict
{
    private ChainVerdict()
    {
    }

    /// <summary>A path was found and every rule held.</summary>
    /// <param name="Certificate">The proof.</param>
    public sealed record Verified(VerifiedClientCertificate Certificate) : ChainVerdict;

    /// <summary>No path held.</summary>
    /// <param name="Refusal">Why; of several paths, the one that came first in the search.</param>
    public sealed record Refused(Refusal Refusal) : ChainVerdict;
}
