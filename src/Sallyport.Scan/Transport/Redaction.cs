using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Transport;

/// <summary>Takes secrets out of what is shown: the known ones wherever they stand, and what looks like one.</summary>
internal sealed partial class Redaction
{
    /// <summary>What stands for a secret.</summary>
    public const string Mask = "***";

    private static readonly ImmutableArray<string> _secretHeaders =
        ["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token", "x-csrf-token"];

    private readonly ImmutableArray<string> _headers;
    private readonly ConcurrentDictionary<string, byte> _learned = new(StringComparer.Ordinal);
    private readonly Func<IEnumerable<string>> _known;

    /// <summary>Redacts by shape, header name and known values.</summary>
    /// <param name="headers">Names of further headers that carry secrets.</param>
    /// <param name="known">Yields the secrets known by now; those under 4 characters are not searched for.</param>
    public Redaction(IEnumerable<string> headers, Func<IEnumerable<string>> known)
    {
        _headers = [.. _secretHeaders, .. headers.Select(h => h.ToLowerInvariant())];
        _known = known;
    }

    /// <summary>Redacts for a scan's identities.</summary>
    /// <param name="request">The scan.</param>
    public static Redaction For(ScanRequest request) => new(
        request.Identities.Where(i => i.ApiKey is not null).Select(i => i.ApiKeyHeader),
        () => request.Identities.SelectMany(Secrets));

    /// <summary>Adds a secret that came up during the scan, such as the token of a login.</summary>
    /// <param name="secret">The secret.</param>
    public void Learn(string secret) => _learned.TryAdd(secret, 0);

    /// <summary>A header's value as it may be shown.</summary>
    /// <param name="name">The header's name.</param>
    /// <param name="value">Its value.</param>
    public string Header(string name, string value) => _headers.Contains(name.ToLowerInvariant()) ? Mask : Text(value);

    /// <summary>A text as it may be shown.</summary>
    /// <param name="text">Any text.</param>
    public string Text(string text)
    {
        foreach (string secret in _known().Concat(_learned.Keys).Where(s => s.Length >= 4).SelectMany(Forms).Distinct(StringComparer.Ordinal).OrderByDescending(s => s.Length))
        {
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        return PrivateKey().Replace(JsonWebToken().Replace(text, Mask), Mask);
    }

    // JSON writers escape what is special in HTML ('+' of base64 among it), and an address what is special in addresses.
    private static IEnumerable<string> Forms(string secret) =>
        [secret, JavaScriptEncoder.Default.Encode(secret), JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret), Uri.EscapeDataString(secret)];

    private static IEnumerable<string> Secrets(Identity identity)
    {
        foreach (Secret? secret in new[] { identity.Token, identity.Cookie, identity.Basic, identity.ApiKey, identity.Login?.Json })
        {
            if (secret is not null)
            {
                yield return secret.Reveal();
            }
        }

        // Servers echo the parts: the value of a cookie, a password without its user.
        foreach (string pair in identity.Cookie?.Reveal().Split(';') ?? [])
        {
            yield return pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim();
        }

        if (identity.Basic is { } basic)
        {
            yield return basic.Reveal()[(basic.Reveal().IndexOf(':', StringComparison.Ordinal) + 1)..];
        }

        foreach (Secret field in identity.Login?.Form.Values ?? [])
        {
            yield return field.Reveal();
        }

        foreach (string member in identity.Login?.Json is { } json ? JsonSecrets.Of(json.Reveal()) : [])
        {
            yield return member;
        }
    }

    [GeneratedRegex(@"eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]*", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex JsonWebToken();

    [GeneratedRegex(@"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex PrivateKey();
}
