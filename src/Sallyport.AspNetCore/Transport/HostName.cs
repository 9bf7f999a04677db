using System;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sallyport.AspNetCore.Transport;

/// <summary>Host names as they are compared: A-labels, lower case, without the port and one trailing dot.</summary>
internal static class HostName
{
    private const int MaxLength = 255;

    /// <summary>Takes the name out of a Host header or authority.</summary>
    /// <param name="host">The value, without user information.</param>
    /// <returns>The name without port; an IPv6 literal without its brackets. As written otherwise.</returns>
    public static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> host)
    {
        if (host.StartsWith('['))
        {
            var end = host.IndexOf(']');
            return end > 0 && (end == host.Length - 1 || IsPort(host[(end + 1)..])) ? host[1..end] : host;
        }

        var colon = host.IndexOf(':');
        return colon >= 0 && IsPort(host[colon..]) ? host[..colon] : host;
    }

    /// <summary>The one spelling of a name; a name that cannot be one stays as it is, and equals only itself.</summary>
    public static string Canonical(ReadOnlySpan<char> name)
    {
        var text = WithoutDot(name).ToString().ToLowerInvariant();
        if (System.Text.Ascii.IsValid(text) || text.Length > MaxLength)
        {
            return text;
        }

        try
        {
            return new IdnMapping { UseStd3AsciiRules = true }.GetAscii(text).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return text;
        }
    }

    /// <summary>Whether a name is an address written as literals are, and this one.</summary>
    public static bool IsLiteralOf(ReadOnlySpan<char> name, IPAddress? local)
    {
        if (local is null || !IPAddress.TryParse(name, out var address))
        {
            return false;
        }

        // 127.1 and 0x7f000001 are parsed too, and are nobody's way to write a Host.
        return (address.AddressFamily != AddressFamily.InterNetwork || name.SequenceEqual(address.ToString()))
            && Plain(address).Equals(Plain(local));
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static ReadOnlySpan<char> WithoutDot(ReadOnlySpan<char> name) => name is [.. var rest, '.'] && rest.Length > 0 ? rest : name;

    private static bool IsPort(ReadOnlySpan<char> text) => text is [':', .. var digits] && !digits.ContainsAnyExceptInRange('0', '9');
}
