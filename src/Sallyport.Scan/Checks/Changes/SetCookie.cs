using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Changes;

/// <summary>A cookie as a server set it (RFC 6265, section 4.1).</summary>
internal sealed partial record SetCookie
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its value. Never shown.</summary>
    public required string Value { get; init; }

    /// <summary>Whether it goes over TLS only.</summary>
    public bool Secure { get; init; }

    /// <summary>Whether scripts cannot read it.</summary>
    public bool HttpOnly { get; init; }

    /// <summary><c>strict</c>, <c>lax</c>, <c>none</c>, in lower case; <c>null</c> when not said.</summary>
    public string? SameSite { get; init; }

    /// <summary>The domain that it is sent to besides the host; <c>null</c> for the host alone.</summary>
    public string? Domain { get; init; }

    /// <summary>The path; <c>null</c> when not said.</summary>
    public string? Path { get; init; }

    /// <summary>How long it lives; <c>null</c> for as long as the browser runs.</summary>
    public TimeSpan? Life { get; init; }

    /// <summary>Whether it is taken back: empty, or over already.</summary>
    public bool Removes => Value.Length == 0 || Life <= TimeSpan.Zero;

    /// <summary>Whether it looks like what a session is known by: a telling name, or a long value that is not for scripts by its name.</summary>
    public bool LooksLikeSession => !IsAntiForgery && (SessionName().IsMatch(Name) || Value.Length >= 20);

    /// <summary>Whether it carries a token against forgery, which the page's own script may have to read.</summary>
    public bool IsAntiForgery => AntiForgery.Names(Name);

    /// <summary>The cookies of an answer, in order.</summary>
    /// <param name="answer">The answer; <c>null</c> for none.</param>
    /// <param name="now">The time it arrived.</param>
    public static ImmutableArray<SetCookie> In(HttpAnswer? answer, DateTimeOffset now) =>
        [.. (answer?.Headers ?? []).Where(header => header.Name.Equals("set-cookie", StringComparison.OrdinalIgnoreCase)).Select(header => Read(header.Value, now)).OfType<SetCookie>()];

    private static SetCookie? Read(string text, DateTimeOffset now)
    {
        string[] parts = text.Split(';', StringSplitOptions.TrimEntries);
        int cut = parts[0].IndexOf('=', StringComparison.Ordinal);
        if (cut <= 0)
        {
            return null;
        }

        string? Of(string name) => parts.Skip(1).Where(part => part.StartsWith(name + "=", StringComparison.OrdinalIgnoreCase)).Select(part => part[(name.Length + 1)..].Trim()).LastOrDefault();
        bool Has(string name) => parts.Skip(1).Any(part => part.Equals(name, StringComparison.OrdinalIgnoreCase));
        // Max-Age wins (RFC 6265, section 4.1.2.2).
        TimeSpan? life = double.TryParse(Of("max-age"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out double seconds) ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e9))
            : DateTimeOffset.TryParse(Of("expires"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset end) ? end - now : null;
        return new()
        {
            Name = parts[0][..cut].Trim(),
            Value = parts[0][(cut + 1)..].Trim(),
            Secure = Has("secure"),
            HttpOnly = Has("httponly"),
            SameSite = Of("samesite")?.ToLowerInvariant(),
            Domain = Of("domain") is { Length: > 0 } domain ? domain.TrimStart('.').ToLowerInvariant() : null,
            Path = Of("path"),
            Life = life,
        };
    }

    /// <summary>Never shows the value.</summary>
    public override string ToString() => Name;

    [GeneratedRegex(@"sess|sid|auth|token|jwt|login|remember|identity|aspxauth|connect\.", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex SessionName();
}
