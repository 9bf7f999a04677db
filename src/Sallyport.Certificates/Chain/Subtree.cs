using System;
using System.Buffers;

namespace Sallyport.Certificates.Chain;

/// <summary>Whether a name lies in a subtree (RFC 5280, section 4.2.1.10), for every form of name.</summary>
internal static class Subtree
{
    private static readonly SearchValues<char> HostAlphabet =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");

    /// <summary>Compares a name with the root of a subtree.</summary>
    /// <param name="name">A name of the certificate.</param>
    /// <param name="root">The base of the subtree.</param>
    /// <param name="excluding">Whether the subtree is excluded: what only may lie inside then counts as inside.</param>
    public static NameMatch Compare(GeneralName name, GeneralName root, bool excluding) => (name, root) switch
    {
        (GeneralName.Dns n, GeneralName.Dns r) => Dns(n.Name, r.Name, excluding),
        (GeneralName.Email n, GeneralName.Email r) => Email(n.Address, r.Address, excluding),
        (GeneralName.Uri n, GeneralName.Uri r) => Uri(n.Value, r.Value),
        (GeneralName.Ip n, GeneralName.Ip r) => Ip(n.Octets.Span, r.Octets.Span),
        (GeneralName.Directory n, GeneralName.Directory r) => Known(n.Name.IsWithin(r.Name)),
        (GeneralName.OtherName n, GeneralName.OtherName r) => n.TypeId != r.TypeId ? NameMatch.OtherForm : Exact(n.Value == r.Value),
        (GeneralName.RegisteredId n, GeneralName.RegisteredId r) => Registered(n.Oid, r.Oid),
        (GeneralName.X400 n, GeneralName.X400 r) => Exact(n.Der == r.Der),
        (GeneralName.EdiParty n, GeneralName.EdiParty r) => Exact(n.Der == r.Der),
        _ => NameMatch.OtherForm,
    };

    /// <summary>Whether text can be a host name: letters, digits, hyphens and underscores in non-empty labels, at most 253 characters.</summary>
    public static bool IsHost(ReadOnlySpan<char> host) =>
        host.Length is > 0 and <= 253
        && !host.ContainsAnyExcept(HostAlphabet)
        && host[0] != '.'
        && host[^1] != '.'
        && !host.Contains("..", StringComparison.Ordinal);

    /// <summary>The host of a URI's authority; false without one or when it is not a name (an address has none).</summary>
    public static bool TryUriHost(ReadOnlySpan<char> uri, out ReadOnlySpan<char> host)
    {
        host = default;
        int colon = uri.IndexOf(':');
        if (colon <= 0 || !uri[(colon + 1)..].StartsWith("//", StringComparison.Ordinal))
        {
            return false;
        }

        ReadOnlySpan<char> authority = uri[(colon + 3)..];
        int end = authority.IndexOfAny('/', '?', '#');
        authority = end < 0 ? authority : authority[..end];
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        int port = authority.IndexOf(':');
        host = port < 0 ? authority : authority[..port];
        if (!IsHost(host))
        {
            return false;
        }

        // A last label of digits only is an IPv4 address in some spelling, never a domain (RFC 3986, section 7.4).
        ReadOnlySpan<char> last = host[(host.LastIndexOf('.') + 1)..];
        return last.ContainsAnyExceptInRange('0', '9');
    }

    private static NameMatch Dns(string name, string root, bool excluding)
    {
        if (root.Length == 0)
        {
            return NameMatch.Within;
        }

        bool wildcard = name.StartsWith("*.", StringComparison.Ordinal);
        ReadOnlySpan<char> host = wildcard ? name.AsSpan(2) : name;

        // A leading dot is not in the RFC; the usual meaning is "below, not at". An excluded one takes the root with it.
        bool below = root[0] == '.' && !excluding;
        ReadOnlySpan<char> domain = root[0] == '.' ? root.AsSpan(1) : root;
        if (!IsHost(host) || !IsHost(domain))
        {
            return NameMatch.Undecidable;
        }

        bool within = (!below && host.Equals(domain, StringComparison.OrdinalIgnoreCase))
            || IsBelow(host, domain)
            || (below && wildcard && host.Equals(domain, StringComparison.OrdinalIgnoreCase))
            || (excluding && wildcard && IsBelow(domain, host));
        return Known(within);
    }

    private static NameMatch Email(string address, string root, bool excluding)
    {
        int at = address.LastIndexOf('@');
        if (at <= 0 || address.IndexOf('@', StringComparison.Ordinal) != at || address.Contains('"', StringComparison.Ordinal) || !IsHost(address.AsSpan(at + 1)))
        {
            return NameMatch.Undecidable;
        }

        ReadOnlySpan<char> host = address.AsSpan(at + 1);
        int rootAt = root.LastIndexOf('@');
        if (rootAt >= 0)
        {
            // The local part keeps its case; for an exclusion any case is near enough.
            bool same = host.Equals(root.AsSpan(rootAt + 1), StringComparison.OrdinalIgnoreCase)
                && address.AsSpan(0, at).Equals(root.AsSpan(0, rootAt), excluding ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
            return IsHost(root.AsSpan(rootAt + 1)) ? Known(same) : NameMatch.Undecidable;
        }

        return HostRule(host, root);
    }

    private static NameMatch Uri(string uri, string root) =>
        TryUriHost(uri, out ReadOnlySpan<char> host) ? HostRule(host, root) : NameMatch.Undecidable;

    /// <summary>The rule of e-mail and URI: "host" is that host only, ".domain" is everything below.</summary>
    private static NameMatch HostRule(ReadOnlySpan<char> host, ReadOnlySpan<char> root)
    {
        if (root.IsEmpty)
        {
            return NameMatch.Within;
        }

        ReadOnlySpan<char> domain = root[0] == '.' ? root[1..] : root;
        if (!IsHost(domain))
        {
            return NameMatch.Undecidable;
        }

        return Known(root[0] == '.' ? IsBelow(host, domain) : host.Equals(domain, StringComparison.OrdinalIgnoreCase));
    }

    private static NameMatch Ip(ReadOnlySpan<byte> address, ReadOnlySpan<byte> root)
    {
        if (address.Length is not (4 or 16) || root.Length is not (8 or 32) || !IsPrefixMask(root[(root.Length / 2)..]))
        {
            return NameMatch.Undecidable;
        }

        if (root.Length != address.Length * 2)
        {
            return NameMatch.Outside;
        }

        for (int i = 0; i < address.Length; i++)
        {
            if (((address[i] ^ root[i]) & root[address.Length + i]) != 0)
            {
                return NameMatch.Outside;
            }
        }

        return NameMatch.Within;
    }

    private static NameMatch Registered(string oid, string root)
    {
        if (oid == root)
        {
            return NameMatch.Within;
        }

        // No standard says whether an arc below is inside.
        return oid.StartsWith(root + ".", StringComparison.Ordinal) ? NameMatch.Undecidable : NameMatch.Outside;
    }

    private static bool IsBelow(ReadOnlySpan<char> host, ReadOnlySpan<char> domain) =>
        host.Length > domain.Length
        && host[^(domain.Length + 1)] == '.'
        && host.EndsWith(domain, StringComparison.OrdinalIgnoreCase);

    private static bool IsPrefixMask(ReadOnlySpan<byte> mask)
    {
        bool ended = false;
        foreach (byte octet in mask)
        {
            if (ended && octet != 0)
            {
                return false;
            }

            int inverted = ~octet & 0xff;
            if ((inverted & (inverted + 1)) != 0)
            {
                return false;
            }

            ended |= octet != 0xff;
        }

        return true;
    }

    private static NameMatch Known(bool within) => within ? NameMatch.Within : NameMatch.Outside;

    /// <summary>Forms without a defined subtree: equal is inside, anything else cannot be told.</summary>
    private static NameMatch Exact(bool equal) => equal ? NameMatch.Within : NameMatch.Undecidable;
}
