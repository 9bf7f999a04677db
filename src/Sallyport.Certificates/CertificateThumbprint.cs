using System;
using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sallyport.Certificates;

/// <summary>The SHA-256 of a certificate's DER, the only thumbprint this project uses as identity.</summary>
/// <remarks>RFC 8705, section 3.1 (<c>x5t#S256</c>). Says nothing about trust. The default value is all zeros and equals no certificate.</remarks>
public readonly struct CertificateThumbprint : IEquatable<CertificateThumbprint>
{
    private const int Size = SHA256.HashSizeInBytes;
    private const int X5tLength = 43;
    private static readonly SearchValues<char> Base64UrlAlphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private CertificateThumbprint(ReadOnlySpan<byte> hash)
    {
        _high = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
        _low = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash[16..]);
    }

    /// <summary>Whether two thumbprints are the same, in constant time.</summary>
    public static bool operator ==(CertificateThumbprint left, CertificateThumbprint right) => left.Equals(right);

    /// <summary>Whether two thumbprints differ, in constant time.</summary>
    public static bool operator !=(CertificateThumbprint left, CertificateThumbprint right) => !left.Equals(right);

    /// <summary>Hashes a certificate's whole DER encoding.</summary>
    /// <param name="der">The certificate, exactly as it was on the wire.</param>
    public static CertificateThumbprint Of(ReadOnlySpan<byte> der)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(der, hash);
        return new CertificateThumbprint(hash);
    }

    /// <summary>Hashes a platform certificate.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="certificate"/> is null.</exception>
    public static CertificateThumbprint Of(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Of(certificate.RawDataMemory.Span);
    }

    /// <summary>Takes the 32 octets of a hash computed elsewhere.</summary>
    /// <returns>False when there are not exactly 32 octets.</returns>
    public static bool TryFromHash(ReadOnlySpan<byte> hash, out CertificateThumbprint thumbprint)
    {
        bool fits = hash.Length == Size;
        thumbprint = fits ? new CertificateThumbprint(hash) : default;
        return fits;
    }

    /// <summary>Parses an <c>x5t#S256</c> value: exactly 43 base64url characters, no padding, no white space.</summary>
    /// <returns>False for anything else, non-zero trailing bits included, so that one hash has one spelling.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out CertificateThumbprint thumbprint)
    {
        thumbprint = default;
        if (text is null || text.Length != X5tLength || text.AsSpan().ContainsAnyExcept(Base64UrlAlphabet))
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[Size];
        if (Base64Url.DecodeFromChars(text, hash, out _, out int written) != OperationStatus.Done || written != Size)
        {
            return false;
        }

        var parsed = new CertificateThumbprint(hash);
        if (parsed.ToString() != text)
        {
            return false;
        }

        thumbprint = parsed;
        return true;
    }

    /// <summary>Parses exactly 64 hexadecimal digits of either case, no separators.</summary>
    public static bool TryParseHex([NotNullWhen(true)] string? text, out CertificateThumbprint thumbprint)
    {
        thumbprint = default;
        if (text is null || text.Length != Size * 2)
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[Size];
        if (Convert.FromHexString(text, hash, out _, out int written) != OperationStatus.Done || written != Size)
        {
            return false;
        }

        thumbprint = new CertificateThumbprint(hash);
        return true;
    }

    /// <summary>The 64 lower-case hexadecimal digits.</summary>
    public string ToHex()
    {
        Span<byte> hash = stackalloc byte[Size];
        WriteTo(hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>Writes the 32 octets of the hash.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than 32 octets.</exception>
    public void WriteTo(Span<byte> destination)
    {
        if (destination.Length < Size)
        {
            throw new ArgumentException("A SHA-256 thumbprint needs 32 octets.", nameof(destination));
        }

        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _low);
    }

    /// <summary>Compares in constant time.</summary>
    public bool Equals(CertificateThumbprint other)
    {
        CertificateThumbprint self = this;
        return CryptographicOperations.FixedTimeEquals(
            MemoryMarshal.AsBytes(new ReadOnlySpan<CertificateThumbprint>(in self)),
            MemoryMarshal.AsBytes(new ReadOnlySpan<CertificateThumbprint>(in other)));
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CertificateThumbprint other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_high, _low);

    /// <summary>The <c>x5t#S256</c> form: 43 base64url characters.</summary>
    public override string ToString()
    {
        Span<byte> hash = stackalloc byte[Size];
        WriteTo(hash);
        return Base64Url.EncodeToString(hash);
    }
}
