using System;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Sallyport.Scan.Target;

/// <summary>A zone of the domain name system that the target's resolver asks this machine about.</summary>
/// <remarks>Written as RFC 4501 writes it: <c>dns://192.0.2.7:5353/cb.example.com</c>.</remarks>
public sealed record CallbackZone
{
    private const int MaxName = 200;

    private CallbackZone(IPEndPoint server, string name) => (Server, Name) = (server, name);

    /// <summary>Where questions arrive; its address is also the answer to all of them.</summary>
    public IPEndPoint Server { get; }

    /// <summary>The name of the zone, in A-labels and lower case, without a dot at its end.</summary>
    public string Name { get; }

    /// <summary>Whether a text is meant as one.</summary>
    /// <param name="text">The text.</param>
    public static bool IsMeant(string? text) => text?.StartsWith("dns:", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Reads a dns URL that names a server by its address, and a zone.</summary>
    /// <param name="text">The text, such as <c>dns://192.0.2.7/cb.example.com</c>.</param>
    /// <param name="zone">The zone read.</param>
    /// <param name="hint">What to write instead; <c>null</c> when it was read.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out CallbackZone? zone, [NotNullWhen(false)] out string? hint)
    {
        zone = null;
        hint = "write dns://ADDRESS:PORT/ZONE, such as dns://192.0.2.7/cb.example.com: the address of this machine, and a zone that is delegated to it";
        if (!IsMeant(text) || !Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || !IPAddress.TryParse(uri.Host, out IPAddress? address)
            || uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            return false;
        }

        string name = uri.AbsolutePath.Trim('/').TrimEnd('.').ToLowerInvariant();
        if (name.Length > MaxName || Uri.CheckHostName(name) != UriHostNameType.Dns || !name.Contains('.', StringComparison.Ordinal))
        {
            return false;
        }

        hint = null;
        zone = new(new(address, uri.Port is > 0 and var port ? port : 53), name);
        return true;
    }

    /// <summary>The zone as a URL.</summary>
    public override string ToString() => $"dns://{Server}/{Name}";
}
