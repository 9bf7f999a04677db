using System;
using Microsoft.AspNetCore.Http;

namespace Sallyport.AspNetCore.Csrf;

/// <summary>Makes and checks the tokens of forms: signed, in cookie and form, bound to certificate and session.</summary>
public interface ICsrfTokens
{
    /// <summary>The form field of the token.</summary>
    string FieldName { get; }

    /// <summary>The request header that scripts send the token in.</summary>
    string HeaderName { get; }

    /// <summary>Makes a token for a form in this response, and sets its cookie where the request has none that fits.</summary>
    /// <param name="context">A request whose certificate is known.</param>
    /// <returns>The token; another text each time.</returns>
    /// <exception cref="InvalidOperationException">The caller has no certificate, or a cookie is needed and the response has started.</exception>
    string Issue(HttpContext context);

    /// <summary>Whether a token belongs to the request's cookie, certificate and session. Never throws on any text.</summary>
    /// <param name="context">The request.</param>
    /// <param name="token">What the form or header has.</param>
    bool IsValid(HttpContext context, string? token);
}
