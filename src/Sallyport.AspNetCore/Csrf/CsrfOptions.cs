using System;

namespace Sallyport.AspNetCore.Csrf;

/// <summary>The tokens of forms. Which origins may change state is said in <see cref="SallyportOptions.TrustedOrigins"/>.</summary>
public sealed class CsrfOptions
{
    /// <summary>The key that tokens are signed with, at least 32 octets; null (the default) for a random one of this process. Several nodes need the same.</summary>
    /// <exception cref="ArgumentException">The key is shorter than 32 octets.</exception>
    public byte[]? Key
    {
        get;
        set => field = value is null or { Length: >= 32 }
            ? value
            : throw new ArgumentException("A key needs at least 32 octets.", nameof(value));
    }

    /// <summary>The form field of the token.</summary>
    public string FieldName { get; set; } = "__sallyport";

    /// <summary>The request header that scripts send the token in.</summary>
    public string HeaderName { get; set; } = "X-Sallyport-Csrf";
}
