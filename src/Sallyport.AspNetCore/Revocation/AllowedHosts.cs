using System;
using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Linq;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>The places that may be asked because a certificate names them.</summary>
internal sealed class AllowedHosts
{
    private static readonly SearchValues<char> _foreign = SearchValues.Create("/@?# \\*");

    private readonly FrozenSet<(string Host, int Port)> _places;

    public AllowedHosts(IEnumerable<string> entries) =>
        _places = entries.Select(Place).OfType<(string, int)>().ToFrozenSet();

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _places.Count == 0;

    /// <summary>Whether text is an entry of the list: a name or address, and perhaps a port.</summary>
    public static bool IsEntry(string entry) => Place(entry) is not null;

    /// <summary>Whether a URL may be asked at all: absolute, http or https, no user name.</summary>
    public static bool IsFetchable([NotNullWhen(true)] Uri? uri) =>
        uri is { IsAbsoluteUri: true, UserInfo: "", Host: not "" } && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);

    /// <summary>Reads a URL out of a certificate when it leads to a place on the list.</summary>
    public bool TryAllow(string url, [NotNullWhen(true)] out Uri? uri) =>
        Uri.TryCreate(url, UriKind.Absolute, out uri)
        && IsFetchable(uri)
        && (_places.Contains((uri.IdnHost.ToLowerInvariant(), uri.Port)) || (uri.IsDefaultPort && _places.Contains((uri.IdnHost.ToLowerInvariant(), 0))));

    /// <summary>Port 0 stands for the scheme's own.</summary>
    private static (string Host, int Port)? Place(string entry)
    {
        if (string.IsNullOrWhiteSpace(entry)
            || entry.AsSpan().ContainsAny(_foreign)
            || !Uri.TryCreate("http://" + entry, UriKind.Absolute, out var uri)
            || uri.IdnHost.Length == 0)
        {
            return null;
        }

        var at = entry.LastIndexOf(':');
        var hasPort = at > entry.LastIndexOf(']') && int.TryParse(entry.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _);
        return (uri.IdnHost.ToLowerInvariant(), hasPort ? uri.Port : 0);
    }
}
