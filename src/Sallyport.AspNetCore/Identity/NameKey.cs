using System;
using System.Globalization;
using System.Linq;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Identity;

/// <summary>An alternative name in the one spelling that compares: two names are the same when their keys are.</summary>
/// <remarks>
/// DNS: A-labels, without case. URI: exactly. E-mail: the local part exactly, the host without case. IP and otherName: octets. A
/// name with a wildcard, a NUL, or any other character that its kind does not know has no key and so is nobody's.
/// </remarks>
internal readonly record struct NameKey(NameKind Kind, string Text)
{
    private const int MaxHost = 253;
    private const int MaxLabel = 63;
    private const int MaxText = 2048;

    /// <summary>The key of a name as a certificate holds it; null when it can stand for nobody.</summary>
    public static NameKey? Of(GeneralName name) => name switch
    {
        GeneralName.Dns dns => Host(dns.Name) is { } host ? new(NameKind.Dns, host) : null,
        GeneralName.Uri uri => IsUri(uri.Value) ? new(NameKind.Uri, uri.Value) : null,
        GeneralName.Email email => Mailbox(email.Address) is { } mailbox ? new(NameKind.Email, mailbox) : null,
        GeneralName.Ip ip => ip.Octets.Length is 4 or 16 ? new(NameKind.Ip, ip.Octets.ToHex()) : null,
        GeneralName.OtherName other => new(NameKind.OtherName, $"{other.TypeId}:{other.Value.ToHex()}"),
        _ => null,
    };

    /// <summary>The key of a name as a person wrote it: international host names become A-labels first.</summary>
    public static NameKey? OfWritten(GeneralName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name switch
        {
            GeneralName.Dns dns => ToAscii(dns.Name) is { } host ? Of(new GeneralName.Dns(host)) : null,
            GeneralName.Email email when email.Address.LastIndexOf('@') is > 0 and var at =>
                ToAscii(email.Address[(at + 1)..]) is { } host ? Of(new GeneralName.Email(email.Address[..(at + 1)] + host)) : null,
            _ => Of(name),
        };
    }

    private static string? ToAscii(string host)
    {
        if (host.All(char.IsAscii))
        {
            return host;
        }

        try
        {
            return new IdnMapping { UseStd3AsciiRules = true }.GetAscii(host);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string? Host(string name)
    {
        if (name.Length is 0 or > MaxHost)
        {
            return null;
        }

        foreach (Range range in name.AsSpan().Split('.'))
        {
            ReadOnlySpan<char> label = name.AsSpan(range);
            if (label.Length is 0 or > MaxLabel || label[0] == '-' || label[^1] == '-')
            {
                return null;
            }

            foreach (char c in label)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                {
                    return null;
                }
            }
        }

        return name.ToLowerInvariant();
    }

    private static string? Mailbox(string address)
    {
        int at = address.LastIndexOf('@');
        return at is > 0 and <= 64 && IsPrintable(address.AsSpan(0, at)) && !address.AsSpan(0, at).Contains('@')
            && Host(address[(at + 1)..]) is { } host
            ? $"{address.AsSpan(0, at)}@{host}"
            : null;
    }

    private static bool IsUri(string uri) =>
        uri.Length is > 0 and <= MaxText && IsPrintable(uri) && uri.IndexOf(':', StringComparison.Ordinal) > 0;

    private static bool IsPrintable(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('!', '~') < 0;
}
