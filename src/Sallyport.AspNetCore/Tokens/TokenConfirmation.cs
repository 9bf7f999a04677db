using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>What a token says of its holder's proof (<c>cnf</c>, RFC 7800).</summary>
internal abstract record TokenConfirmation
{
    private TokenConfirmation()
    {
    }

    /// <summary>Nothing.</summary>
    public sealed record Absent : TokenConfirmation;

    /// <summary>The certificate with this SHA-256 (RFC 8705, section 3.1), and nothing else.</summary>
    public sealed record Certificate(CertificateThumbprint Thumbprint) : TokenConfirmation;

    /// <summary>Something that cannot be satisfied here: another proof (as <c>jkt</c>), several, or no right thumbprint.</summary>
    public sealed record NotUnderstood : TokenConfirmation;
}
