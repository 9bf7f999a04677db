using System;
using System.Net;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Identities;

/// <summary>A match as two columns, in the one spelling that the unique index compares.</summary>
internal static class MatchText
{
    public const string Sha256 = "sha256";
    public const string IssuerSerial = "issuer-serial";
    public const string Dns = "dns";
    public const string Uri = "uri";
    public const string Email = "email";
    public const string Ip = "ip";
    public const string OtherName = "other";

    /// <summary>An index of PostgreSQL takes no more, and no certificate that is served has more.</summary>
    public const int MaxValue = 2048;

    /// <summary>The two columns; null when no certificate can ever fit.</summary>
    public static (string Kind, string Value)? Write(CertificateMatch match)
    {
        (string Kind, string Value)? written = match switch
        {
            CertificateMatch.Sha256 sha256 => (Sha256, sha256.Thumbprint.ToHex()),
            CertificateMatch.IssuerSerial { SerialNumber.Length: >= 1 and <= 20 } pair => (IssuerSerial, $"{pair.Issuer.Der.ToHex()}:{pair.SerialNumber.ToHex()}"),
            CertificateMatch.AlternativeName name when NameKey.OfWritten(name.Name) is { } key => key.Kind switch
            {
                NameKind.Dns => (Dns, key.Text),
                NameKind.Uri => (Uri, key.Text),
                NameKind.Email => (Email, key.Text),
                NameKind.Ip => (Ip, new IPAddress(Convert.FromHexString(key.Text)).ToString()),
                NameKind.OtherName => (OtherName, key.Text),
                _ => throw new ArgumentOutOfRangeException(nameof(match)),
            },
            _ => null,
        };
        return written is { Value.Length: <= MaxValue } ? written : null;
    }

    /// <summary>The match of two columns; null for what nobody but a hand in SQL can have written: it fits no certificate.</summary>
    public static CertificateMatch? Read(string kind, string value) => kind switch
    {
        Sha256 => CertificateThumbprint.TryParseHex(value, out CertificateThumbprint thumbprint) ? new CertificateMatch.Sha256(thumbprint) : null,
        IssuerSerial => ReadPair(value),
        Dns => new CertificateMatch.AlternativeName(new GeneralName.Dns(value)),
        Uri => new CertificateMatch.AlternativeName(new GeneralName.Uri(value)),
        Email => new CertificateMatch.AlternativeName(new GeneralName.Email(value)),
        Ip => IPAddress.TryParse(value, out IPAddress? address)
            ? new CertificateMatch.AlternativeName(new GeneralName.Ip(Octets.Of(address.GetAddressBytes())))
            : null,
        OtherName => ReadOther(value),
        _ => null,
    };

    private static CertificateMatch.IssuerSerial? ReadPair(string value) =>
        value.Split(':') is [string issuer, string serial]
        && Hex(issuer) is { } name
        && Hex(serial) is { Length: > 0 } number
        && DistinguishedName.TryRead(name, out DistinguishedName? read)
            ? new CertificateMatch.IssuerSerial(read, Octets.Of(number))
            : null;

    private static CertificateMatch.AlternativeName? ReadOther(string value) =>
        value.Split(':') is [string type, string octets] && Hex(octets) is { } content
            ? new CertificateMatch.AlternativeName(new GeneralName.OtherName(type, Octets.Of(content)))
            : null;

    private static byte[]? Hex(string text)
    {
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
