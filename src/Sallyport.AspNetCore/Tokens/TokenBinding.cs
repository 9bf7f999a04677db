namespace Sallyport.AspNetCore.Tokens;

/// <summary>Whether a token must say which certificate it belongs to. What a token does say is always held to.</summary>
public enum TokenBinding
{
    /// <summary>Every token must be bound to the caller's certificate (RFC 8705).</summary>
    Required,

    /// <summary>A token that says nothing of a certificate is taken too, except on endpoints that ask for a bound one.</summary>
    WhenPresent,
}
