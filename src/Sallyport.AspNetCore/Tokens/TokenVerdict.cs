namespace Sallyport.AspNetCore.Tokens;

/// <summary>A token that counts for this request, or why it does not.</summary>
internal abstract record TokenVerdict
{
    private TokenVerdict()
    {
    }

    public sealed record Accepted(AcceptedToken Token) : TokenVerdict;

    public sealed record Refused(TokenRefusal Reason) : TokenVerdict;
}
