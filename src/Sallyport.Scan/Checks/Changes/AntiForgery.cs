using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sallyport.Scan.Oracle;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Changes;

/// <summary>A token against forged requests, as a page, a cookie or an answer hands it out.</summary>
/// <param name="Value">The token. Never shown.</param>
/// <param name="Field">The field of the form that brings it back; <c>null</c> when a header does.</param>
/// <param name="Headers">The headers that bring it back when no field does.</param>
/// <param name="Cookie">The cookie that it came in; <c>null</c> when it came otherwise.</param>
internal sealed partial record AntiForgery(string Value, string? Field, ImmutableArray<string> Headers, string? Cookie)
{
    private const int MinLength = 8;
    private static readonly ImmutableArray<string> s_headers = ["x-csrf-token", "x-xsrf-token"];

    /// <summary>Whether a name is that of such a token.</summary>
    /// <param name="name">The name of a field, cookie, header or member.</param>
    public static bool Names(string name) => Name().IsMatch(name);

    /// <summary>The token that an answer hands out; <c>null</c> for none.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="cookies">The cookies that it or an earlier one set.</param>
    /// <param name="form">The form that is to be sent; <c>null</c> when it is none.</param>
    public static AntiForgery? In(HttpAnswer answer, ImmutableArray<SetCookie> cookies, HtmlForm? form = null)
    {
        if (form?.Fields.FirstOrDefault(field => form.Hidden.Contains(field.Name) && Names(field.Name) && field.Value.Length >= MinLength) is { } hidden)
        {
            return new(hidden.Value, hidden.Name, [], null);
        }

        if (cookies.FirstOrDefault(cookie => cookie is { IsAntiForgery: true, HttpOnly: false, Removes: false }) is { } cookie)
        {
            return new(Uri.UnescapeDataString(cookie.Value), null, cookie.Name.Equals("csrftoken", StringComparison.OrdinalIgnoreCase) ? [.. s_headers, "x-csrftoken"] : s_headers, cookie.Name);
        }

        foreach (HttpHeader header in answer.Headers.Where(header => Names(header.Name) && header.Value.Length >= MinLength))
        {
            return new(header.Value, null, [header.Name.ToLowerInvariant()], null);
        }

        string text = AnswerShape.Text(answer);
        if (answer.Header("content-type")?.Contains("html", StringComparison.OrdinalIgnoreCase) == true)
        {
            return HtmlForm.Meta(text, Names) is { Length: >= MinLength } meta ? new(meta, null, s_headers, null) : null;
        }

        return SampleFields.Object(answer)?.FirstOrDefault(member => Names(member.Key)).Value is JsonValue value && value.TryGetValue(out string? token) && token.Length >= MinLength
            ? new(token, null, s_headers, null)
            : null;
    }

    /// <summary>A request with another value in the token's place.</summary>
    /// <param name="fields">The fields of the request.</param>
    /// <param name="headers">Its headers.</param>
    /// <param name="value">The value; <c>null</c> for no token at all.</param>
    public (BodyFields Fields, ImmutableArray<HttpHeader> Headers) Put(BodyFields fields, ImmutableArray<HttpHeader> headers, string? value) => value is null
        ? (Field is null ? fields : fields.Without(Field), headers)
        : (Field is null ? fields : fields.With(Field, value), [.. headers, .. Headers.Select(name => new HttpHeader(name, value))]);

    /// <summary>Never shows the token.</summary>
    public override string ToString() => Field ?? Cookie ?? string.Join(", ", Headers);

    [GeneratedRegex(@"csrf|xsrf|authenticity_token|RequestVerificationToken|anti-?forgery", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
