namespace Sallyport.Certificates.Revocation;

/// <summary>The answer of <see cref="OcspVerifier"/>.</summary>
public abstract record OcspVerdict
{
    private OcspVerdict()
    {
    }

    /// <summary>An authorised responder answered; the answer may be "revoked" or "unknown".</summary>
    /// <param name="Answer">What it says.</param>
    public sealed record Answered(OcspAnswer Answer) : OcspVerdict;

    /// <summary>The response counts for nothing.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Detail">What exactly; may be empty.</param>
    public sealed record Refused(OcspRefusal Reason, string Detail) : OcspVerdict;
}
