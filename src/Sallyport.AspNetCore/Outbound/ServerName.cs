using System;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Outbound;

/// <summary>Whether a certificate is for the host that was asked for (RFC 9525). Alternative names only; the subject's common name is never looked at.</summary>
internal static class ServerName
{
    /// <summary>Holds a host against a certificate's names.</summary>
    /// <param name="host">A DNS name in A-labels or an IP address, as in the URI.</param>
    /// <param name="names">The leaf's alternative names.</param>
    public static bool Matches(string host, ImmutableArray<GeneralName> names)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address))
        {
            // An address matches an iPAddress only, octet for octet (RFC 9525, section 6.4).
            byte[] octets = address.GetAddressBytes();
            return names.OfType<GeneralName.Ip>().Any(ip => ip.Octets.Span.SequenceEqual(octets));
        }

        string name = host.EndsWith('.') ? host[..^1] : host;
        return IsDnsName(name) && names.OfType<GeneralName.Dns>().Any(dns => Matches(name, dns.Name));
    }

    /// <summary>A wildcard is the whole leftmost label, stands for exactly one, and never alone (RFC 9525, section 6.3).</summary>
    private static bool Matches(string host, string presented)
    {
        if (!presented.StartsWith("*.", StringComparison.Ordinal))
        {
            return IsDnsName(presented) && host.Equals(presented, StringComparison.OrdinalIgnoreCase);
        }

        string parent = presented[2..];
        int dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot > 0
            && IsDnsName(parent)
            && parent.Contains('.', StringComparison.Ordinal)
            && host.AsSpan(dot + 1).Equals(parent, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Letters, digits and hyphens in labels of 1 to 63; a NUL, a star or a half U-label is none.</summary>
    private static bool IsDnsName(string name) =>
        name.Length is > 0 and <= 253
        && name.Split('.').All(static label => label.Length is > 0 and <= 63 && label.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
}
