using System;
using System.Buffers;
using Microsoft.Extensions.Primitives;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>Finds the token in the Authorization header, the only place that is looked at, before anything of it is parsed.</summary>
/// <remarks>RFC 6750, section 2.1. Other schemes than Bearer are none of ours, except DPoP, whose proofs are not checked here.</remarks>
internal static class BearerHeader
{
    private const string Bearer = "Bearer";
    private const string Dpop = "DPoP";
    private static readonly SearchValues<char> _tokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>Reads the header.</summary>
    /// <param name="values">Every Authorization line of the request.</param>
    /// <param name="maxLength">The longest token.</param>
    /// <param name="token">The token; empty when there is none.</param>
    /// <returns>Why the header is refused, or none.</returns>
    public static TokenRefusal Read(StringValues values, int maxLength, out ReadOnlySpan<char> token)
    {
        token = default;
        if (values.Count == 0)
        {
            return TokenRefusal.None;
        }

        if (values.Count > 1)
        {
            return TokenRefusal.SeveralHeaders;
        }

        ReadOnlySpan<char> value = values[0];
        if (StartsWithScheme(value, Dpop))
        {
            return TokenRefusal.OtherScheme;
        }

        if (!StartsWithScheme(value, Bearer))
        {
            return TokenRefusal.None;
        }

        if (value.Length <= Bearer.Length + 1 || value[Bearer.Length] != ' ')
        {
            return TokenRefusal.Malformed;
        }

        ReadOnlySpan<char> found = value[(Bearer.Length + 1)..];
        if (found.Length > maxLength)
        {
            return TokenRefusal.TooLong;
        }

        if (found.ContainsAnyExcept(_tokenCharacters))
        {
            return TokenRefusal.Malformed;
        }

        token = found;
        return TokenRefusal.None;
    }

    // "Bearer", "bearer\t…", "Bearer,…": whatever begins with the word and does not go on as another word.
    private static bool StartsWithScheme(ReadOnlySpan<char> value, string scheme)
    {
        ReadOnlySpan<char> start = value.TrimStart();
        return start.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            && (start.Length == scheme.Length || !char.IsAsciiLetterOrDigit(start[scheme.Length]));
    }
}
