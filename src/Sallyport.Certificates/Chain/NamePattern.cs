using System;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using Sallyport.Certificates.Asn;

namespace Sallyport.Certificates.Chain;

/// <summary>One pattern for an alternative name. Common names are never matched.</summary>
public abstract record NamePattern
{
    private NamePattern()
    {
    }

    /// <summary>A DNS name; a leading <c>*.</c> stands for exactly one label.</summary>
    /// <exception cref="ArgumentException">The text is no such pattern.</exception>
    public static NamePattern Dns(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return NameSyntax.IsName(new GeneralName.Dns(pattern)) ? new DnsPattern(pattern) : throw Unusable(pattern);
    }

    /// <summary>A URI; a <c>*</c> that is a whole path segment stands for exactly one segment. Everything else compares exactly.</summary>
    /// <exception cref="ArgumentException">The text is no absolute URI, or a star is not a whole path segment.</exception>
    /// <remarks>For <c>spiffe:</c> patterns the certificate must have that one URI only (SPIFFE X.509-SVID, section 2).</remarks>
    public static NamePattern Uri(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        string[] parts = pattern.Split('/');
        bool stars = parts.Skip(3).All(static p => p == "*" || !p.Contains('*', StringComparison.Ordinal))
            && parts.Take(3).All(static p => !p.Contains('*', StringComparison.Ordinal));
        bool absolute = NameSyntax.IsName(new GeneralName.Uri(pattern.Replace('*', 'x')));
        return stars && absolute ? new UriPattern([.. parts]) : throw Unusable(pattern);
    }

    /// <summary>A mailbox, or <c>*@host</c> for every mailbox of exactly that host.</summary>
    /// <exception cref="ArgumentException">The text is no such pattern.</exception>
    public static NamePattern Email(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return NameSyntax.IsName(new GeneralName.Email(pattern.Replace('*', 'x'))) && pattern.LastIndexOf('*') is 0 or -1
            ? new EmailPattern(pattern)
            : throw Unusable(pattern);
    }

    /// <summary>An address or a network such as 10.0.0.0/8.</summary>
    /// <exception cref="ArgumentException">The text is neither.</exception>
    public static NamePattern Ip(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (IPNetwork.TryParse(pattern, out IPNetwork network))
        {
            return new IpPattern(network);
        }

        return IPAddress.TryParse(pattern, out IPAddress? address)
            ? new IpPattern(new IPNetwork(address, address.GetAddressBytes().Length * 8))
            : throw Unusable(pattern);
    }

    /// <summary>An otherName whose value is a string, such as a user principal name (1.3.6.1.4.1.311.20.2.3); compared exactly.</summary>
    /// <param name="typeId">The dotted type.</param>
    /// <param name="text">The whole value.</param>
    public static NamePattern OtherName(string typeId, string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(typeId);
        ArgumentException.ThrowIfNullOrEmpty(text);
        return new OtherNamePattern(typeId, text);
    }

    internal abstract bool Matches(ImmutableArray<GeneralName> names);

    private static ArgumentException Unusable(string pattern) => new($"'{Printable.Escape(pattern)}' is no usable name pattern.", nameof(pattern));

    private sealed record DnsPattern(string Pattern) : NamePattern
    {
        internal override bool Matches(ImmutableArray<GeneralName> names) => names.OfType<GeneralName.Dns>().Any(n => IsMatch(n.Name));

        private bool IsMatch(string name)
        {
            if (!Pattern.StartsWith("*.", StringComparison.Ordinal))
            {
                return name.Equals(Pattern, StringComparison.OrdinalIgnoreCase);
            }

            int dot = name.IndexOf('.', StringComparison.Ordinal);
            return dot > 0 && name[0] != '*' && Subtree.IsHost(name) && name.AsSpan(dot).Equals(Pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase);
        }
    }

    private sealed record UriPattern(ImmutableArray<string> Parts) : NamePattern
    {
        internal override bool Matches(ImmutableArray<GeneralName> names)
        {
            GeneralName.Uri[] uris = [.. names.OfType<GeneralName.Uri>()];
            bool alone = Parts[0] != "spiffe:" || uris.Length == 1;
            return alone && uris.Any(u => IsMatch(u.Value.Split('/')));
        }

        private bool IsMatch(string[] parts) =>
            parts.Length == Parts.Length && Parts.Zip(parts).All(static pair => pair.First == "*" ? IsSegment(pair.Second) : pair.First == pair.Second);

        /// <summary>The characters of a SPIFFE path segment; never a dot segment, which another reader would resolve.</summary>
        private static bool IsSegment(string segment) =>
            segment.Length > 0 && segment is not ("." or "..") && segment.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
    }

    private sealed record EmailPattern(string Pattern) : NamePattern
    {
        internal override bool Matches(ImmutableArray<GeneralName> names) => names.OfType<GeneralName.Email>().Any(n => IsMatch(n.Address));

        private bool IsMatch(string address)
        {
            int at = address.LastIndexOf('@');
            int own = Pattern.LastIndexOf('@');
            return NameSyntax.IsName(new GeneralName.Email(address))
                && address.AsSpan(at).Equals(Pattern.AsSpan(own), StringComparison.OrdinalIgnoreCase)
                && (Pattern[0] == '*' || address.AsSpan(0, at).SequenceEqual(Pattern.AsSpan(0, own)));
        }
    }

    private sealed record IpPattern(IPNetwork Network) : NamePattern
    {
        internal override bool Matches(ImmutableArray<GeneralName> names) =>
            names.OfType<GeneralName.Ip>().Any(n =>
                n.Address is { } address && address.AddressFamily == Network.BaseAddress.AddressFamily && Network.Contains(address));
    }

    private sealed record OtherNamePattern(string TypeId, string Text) : NamePattern
    {
        internal override bool Matches(ImmutableArray<GeneralName> names) => names.OfType<GeneralName.OtherName>().Any(IsMatch);

        private bool IsMatch(GeneralName.OtherName name)
        {
            var reader = new DerReader(name.Value.Memory);
            return name.TypeId == TypeId
                && reader.TryTakeAny(out byte tag, out ReadOnlyMemory<byte> content, out _)
                && reader.AtEnd
                && DerText.TryDecode(tag, content.Span, out string text)
                && text == Text;
        }
    }
}
