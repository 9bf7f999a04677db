using System;
using System.Buffers;
using System.Linq;

namespace Sallyport.Certificates.Chain;

/// <summary>The syntax of alternative names and of subtrees (RFC 5280, sections 4.2.1.6 and 4.2.1.10).</summary>
internal static class NameSyntax
{
    private static readonly SearchValues<char> NotInLocalPart = SearchValues.Create("\"(),:;<>[\\]");
    private static readonly SearchValues<char> NotInUri = SearchValues.Create("\"<>\\^`{|}");

    public static bool IsName(GeneralName name) => name switch
    {
        GeneralName.Dns dns => IsDomain(dns.Name.StartsWith("*.", StringComparison.Ordinal) ? dns.Name.AsSpan(2) : dns.Name),
        GeneralName.Email email => IsMailbox(email.Address),
        GeneralName.Uri uri => IsUri(uri.Value),
        GeneralName.Ip ip => ip.Octets.Length is 4 or 16,
        GeneralName.Directory directory => !directory.Name.IsEmpty,
        _ => true,
    };

    public static bool IsSubtree(GeneralName root) => root switch
    {
        GeneralName.Dns dns => IsDomainOrBelow(dns.Name),
        GeneralName.Email email => email.Address.Contains('@', StringComparison.Ordinal) ? IsMailbox(email.Address) : IsDomainOrBelow(email.Address),
        GeneralName.Uri uri => IsDomainOrBelow(uri.Value),
        GeneralName.Ip ip => ip.Octets.Length is 8 or 32
            && Subtree.Compare(new GeneralName.Ip(new Octets(ip.Octets.Memory[..(ip.Octets.Length / 2)])), root, excluding: false) == NameMatch.Within,
        _ => true,
    };

    /// <summary>Labels of 1 to 63 letters, digits and inner hyphens (RFC 1123, section 2.1).</summary>
    private static bool IsDomain(ReadOnlySpan<char> name)
    {
        if (!Subtree.IsHost(name))
        {
            return false;
        }

        foreach (Range range in name.Split('.'))
        {
            ReadOnlySpan<char> label = name[range];
            if (label.Length > 63 || label.Contains('_') || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsDomainOrBelow(string root) => root.Length == 0 || IsDomain(root[0] == '.' ? root.AsSpan(1) : root);

    private static bool IsMailbox(string address)
    {
        int at = address.IndexOf('@', StringComparison.Ordinal);
        return at > 0
            && IsDomain(address.AsSpan(at + 1))
            && address.AsSpan(0, at).IndexOfAnyExceptInRange('!', '~') < 0
            && !address.AsSpan(0, at).ContainsAny(NotInLocalPart);
    }

    /// <summary>Absolute, printable, and with a host or an address when it has an authority.</summary>
    private static bool IsUri(string uri)
    {
        int colon = uri.IndexOf(':', StringComparison.Ordinal);
        bool scheme = colon > 0
            && char.IsAsciiLetter(uri[0])
            && uri.AsSpan(0, colon).ToArray().All(static c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.');
        bool printable = uri.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0 && !uri.AsSpan().ContainsAny(NotInUri);
        bool hasAuthority = uri.AsSpan(colon + 1).StartsWith("//", StringComparison.Ordinal);
        return scheme
            && printable
            && colon + 1 < uri.Length
            && Uri.TryCreate(uri, UriKind.Absolute, out Uri? read)
            && (!hasAuthority || read.Host.Length > 0);
    }
}
