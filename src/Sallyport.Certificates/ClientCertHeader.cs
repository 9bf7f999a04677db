using System;
using System.Buffers;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Sallyport.Certificates.Asn;

namespace Sallyport.Certificates;

/// <summary>The header fields by which a TLS-terminating proxy passes a client certificate on (RFC 9440).</summary>
/// <remarks>
/// Decoding is stricter than structured fields ask (RFC 8941, section 4.2.7): canonical base64 with its padding, no parameters. One
/// certificate so has one spelling. Neither direction checks trust: the sender must have verified, and the receiver must know it.
/// </remarks>
public static class ClientCertHeader
{
    /// <summary>The field that carries the leaf.</summary>
    public const string Name = "Client-Cert";

    /// <summary>The field that carries the rest of the path, without leaf and trust anchor.</summary>
    public const string ChainName = "Client-Cert-Chain";

    /// <summary>The largest certificate that is decoded: 16,384 octets.</summary>
    public const int MaxCertificateBytes = 16_384;

    /// <summary>The most certificates a chain may hold: 10.</summary>
    public const int MaxChainLength = 10;

    private static readonly SearchValues<char> Base64Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    /// <summary>Encodes a certificate as a <c>Client-Cert</c> value.</summary>
    /// <param name="der">The leaf's DER.</param>
    /// <returns>ASCII: a colon, base64 of the DER, a colon.</returns>
    /// <exception cref="ArgumentException"><paramref name="der"/> is empty.</exception>
    /// <remarks>RFC 9440, section 2.2.</remarks>
    public static string Encode(ReadOnlySpan<byte> der)
    {
        if (der.IsEmpty)
        {
            throw new ArgumentException("A certificate is never empty.", nameof(der));
        }

        return string.Concat(":", Convert.ToBase64String(der), ":");
    }

    /// <summary>Encodes a path as a <c>Client-Cert-Chain</c> value.</summary>
    /// <param name="chain">DER certificates in TLS order, without leaf and trust anchor.</param>
    /// <returns>A list of byte sequences; the empty string for no certificate, in which case the field must be left out.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="chain"/> is null.</exception>
    /// <remarks>RFC 9440, section 2.3.</remarks>
    public static string EncodeChain(IEnumerable<ReadOnlyMemory<byte>> chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        var value = new StringBuilder();
        foreach (ReadOnlyMemory<byte> der in chain)
        {
            value.Append(value.Length > 0 ? ", " : "").Append(CultureInfo.InvariantCulture, $"{Encode(der.Span)}");
        }

        return value.ToString();
    }

    /// <summary>Decodes one <c>Client-Cert</c> value.</summary>
    /// <param name="value">The field's only value; combine nothing: two lines are refused by the caller.</param>
    /// <param name="der">The DER of one SEQUENCE without trailing octets, or null. It is not yet a readable certificate.</param>
    /// <returns>False for anything but one canonical byte sequence of at most <see cref="MaxCertificateBytes"/>.</returns>
    public static bool TryDecode([NotNullWhen(true)] string? value, [NotNullWhen(true)] out byte[]? der)
    {
        der = null;
        return value is not null && TryDecodeItem(value.AsSpan().Trim(' '), out der);
    }

    /// <summary>Decodes the <c>Client-Cert-Chain</c> values.</summary>
    /// <param name="value">All the field's lines, joined by commas.</param>
    /// <param name="chain">The DER of each certificate in order; empty when refused.</param>
    /// <returns>False when any member is not a canonical byte sequence, for a trailing comma, for none and for too many.</returns>
    public static bool TryDecodeChain([NotNullWhen(true)] string? value, out ImmutableArray<byte[]> chain)
    {
        chain = [];
        if (value is null || value.Length > MaxChainLength * ((MaxCertificateBytes / 3 * 4) + 16))
        {
            return false;
        }

        ImmutableArray<byte[]>.Builder members = ImmutableArray.CreateBuilder<byte[]>();
        foreach (Range range in value.AsSpan().Split(','))
        {
            if (members.Count == MaxChainLength || !TryDecodeItem(value.AsSpan()[range].Trim(" \t"), out byte[]? der))
            {
                return false;
            }

            members.Add(der);
        }

        chain = members.ToImmutable();
        return true;
    }

    private static bool TryDecodeItem(ReadOnlySpan<char> item, [NotNullWhen(true)] out byte[]? der)
    {
        der = null;
        if (item.Length < 6 || item[0] != ':' || item[^1] != ':')
        {
            return false;
        }

        ReadOnlySpan<char> base64 = item[1..^1];
        if (base64.Length % 4 != 0 || base64.Length > (MaxCertificateBytes + 2) / 3 * 4 || base64.ContainsAnyExcept(Base64Alphabet))
        {
            return false;
        }

        byte[] decoded = new byte[base64.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(base64, decoded, out int written) || written > MaxCertificateBytes)
        {
            return false;
        }

        ReadOnlySpan<byte> octets = decoded.AsSpan(0, written);
        bool canonical = base64.SequenceEqual(Convert.ToBase64String(octets));
        bool oneSequence = DerReader.TrySplit(octets, out byte tag, out int header, out int length)
            && tag == DerTag.Sequence
            && header + length == written;
        if (!canonical || !oneSequence)
        {
            return false;
        }

        der = octets.ToArray();
        return true;
    }
}
