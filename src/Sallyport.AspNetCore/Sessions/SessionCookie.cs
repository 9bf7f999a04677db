using System;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Sallyport.AspNetCore.Sessions;

/// <summary>The cookie of a session: 256 random bits, and nothing that a reader could learn from.</summary>
internal static class SessionCookie
{
    public const string Name = "__Host-sallyport";
    private const int ValueLength = 43;

    /// <summary>Makes a value that was never used.</summary>
    public static string NewValue()
    {
        Span<byte> random = stackalloc byte[32];
        RandomNumberGenerator.Fill(random);
        return Base64Url.EncodeToString(random);
    }

    /// <summary>What the store knows a value by; null for what is no value of ours.</summary>
    public static string? Key(string? value)
    {
        if (value is not { Length: ValueLength })
        {
            return null;
        }

        foreach (char letter in value)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_'))
            {
                return null;
            }
        }

        return Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(value)));
    }

    /// <summary>Reads a cookie of exactly this name. The framework's collection ignores case, and of two it keeps one.</summary>
    /// <param name="headers">The Cookie lines.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">Its value, when it is there once.</param>
    /// <returns>How often it is there; more than once means that somebody else put one in.</returns>
    public static int Read(StringValues headers, string name, out string? value)
    {
        value = null;
        int count = 0;
        foreach (string? line in headers)
        {
            ReadOnlySpan<char> rest = line;
            while (!rest.IsEmpty)
            {
                int end = rest.IndexOf(';');
                ReadOnlySpan<char> pair = (end < 0 ? rest : rest[..end]).Trim(" \t");
                rest = end < 0 ? default : rest[(end + 1)..];
                if (pair.Length > name.Length && pair[name.Length] == '=' && pair.StartsWith(name, StringComparison.Ordinal))
                {
                    value = ++count == 1 ? pair[(name.Length + 1)..].ToString() : null;
                }
            }
        }

        return count;
    }

    /// <summary>Sets a cookie that only this host, over TLS, and no script gets.</summary>
    public static void Set(HttpResponse response, string name, string value, bool strict)
    {
        response.Cookies.Append(name, value, new CookieOptions
        {
            Path = "/",
            Secure = true,
            HttpOnly = true,
            SameSite = strict ? Microsoft.AspNetCore.Http.SameSiteMode.Strict : Microsoft.AspNetCore.Http.SameSiteMode.Lax,
            IsEssential = true,
        });
        response.Headers[HeaderNames.CacheControl] = "no-store";
    }

    /// <summary>Takes a cookie back.</summary>
    public static void Delete(HttpResponse response, string name)
    {
        response.Cookies.Delete(name, new CookieOptions { Path = "/", Secure = true, HttpOnly = true, SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Lax });
        response.Headers[HeaderNames.CacheControl] = "no-store";
    }
}
