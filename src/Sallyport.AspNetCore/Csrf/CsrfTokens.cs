using System;
using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Sessions;

namespace Sallyport.AspNetCore.Csrf;

/// <summary>Signed double-submit tokens. The cookie has a nonce and its HMAC over certificate and session; the form has the same, masked anew each time.</summary>
/// <remarks>The mask keeps the token's text from being guessed through the length of compressed pages. All comparisons take constant time.</remarks>
internal sealed class CsrfTokens(IOptions<SallyportOptions> options) : ICsrfTokens
{
    public const string CookieName = "__Host-sallyport-csrf";
    private const int NonceSize = 16;
    private const int InnerSize = NonceSize + HMACSHA256.HashSizeInBytes;
    private static ReadOnlySpan<byte> Purpose => "sallyport form token 1\n"u8;

    private readonly byte[] _key = options.Value.Csrf.Key is { } given ? [.. given] : RandomNumberGenerator.GetBytes(32);

    public string FieldName => options.Value.Csrf.FieldName;

    public string HeaderName => options.Value.Csrf.HeaderName;

    public string Issue(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Features.Get<ICallerFeature>() is not { } caller)
        {
            throw new InvalidOperationException("Only a caller whose certificate is known gets a form token.");
        }

        Span<byte> inner = stackalloc byte[InnerSize];
        if (!TryReadCookie(context, inner) || !IsSigned(context, caller, inner))
        {
            if (context.Response.HasStarted)
            {
                throw new InvalidOperationException("The response has started: no cookie can be set.");
            }

            RandomNumberGenerator.Fill(inner[..NonceSize]);
            Sign(context, caller, inner[..NonceSize], inner[NonceSize..]);
            SessionCookie.Set(context.Response, CookieName, Base64Url.EncodeToString(inner), strict: true);
        }

        Span<byte> masked = stackalloc byte[InnerSize * 2];
        RandomNumberGenerator.Fill(masked[..InnerSize]);
        for (int i = 0; i < InnerSize; i++)
        {
            masked[InnerSize + i] = (byte)(masked[i] ^ inner[i]);
        }

        return Base64Url.EncodeToString(masked);
    }

    public bool IsValid(HttpContext context, string? token)
    {
        ArgumentNullException.ThrowIfNull(context);
        Span<byte> masked = stackalloc byte[InnerSize * 2];
        Span<byte> cookie = stackalloc byte[InnerSize];
        if (context.Features.Get<ICallerFeature>() is not { } caller || !TryDecode(token, masked) || !TryReadCookie(context, cookie))
        {
            return false;
        }

        Span<byte> inner = stackalloc byte[InnerSize];
        for (int i = 0; i < InnerSize; i++)
        {
            inner[i] = (byte)(masked[i] ^ masked[InnerSize + i]);
        }

        return CryptographicOperations.FixedTimeEquals(inner, cookie) & IsSigned(context, caller, inner);
    }

    private bool IsSigned(HttpContext context, ICallerFeature caller, ReadOnlySpan<byte> inner)
    {
        Span<byte> right = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Sign(context, caller, inner[..NonceSize], right);
        return CryptographicOperations.FixedTimeEquals(right, inner[NonceSize..]);
    }

    private void Sign(HttpContext context, ICallerFeature caller, ReadOnlySpan<byte> nonce, Span<byte> signature)
    {
        // Every part has a fixed length but the last, so that no two inputs read the same.
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        Span<byte> certificate = stackalloc byte[32];
        caller.Certificate.Thumbprint.WriteTo(certificate);
        hmac.AppendData(Purpose);
        hmac.AppendData(nonce);
        hmac.AppendData(certificate);
        hmac.AppendData(Encoding.UTF8.GetBytes(context.Features.Get<IBoundSessionFeature>()?.Session.Key ?? ""));
        hmac.GetHashAndReset(signature);
    }

    private static bool TryReadCookie(HttpContext context, Span<byte> inner) =>
        SessionCookie.Read(context.Request.Headers.Cookie, CookieName, out string? value) == 1 && TryDecode(value, inner);

    private static bool TryDecode(string? text, Span<byte> bytes) =>
        text is not null
        && text.Length == Base64Url.GetEncodedLength(bytes.Length)
        && Base64Url.DecodeFromChars(text, bytes, out _, out int written) == OperationStatus.Done
        && written == bytes.Length;
}
