using System;

namespace Sallyport.Scan.Spec;

/// <summary>The servers of a description.</summary>
internal static class SpecServers
{
    /// <summary>A server's URL with the defaults of its variables filled in.</summary>
    public static string? Url(SpecDocument document, SpecNode server)
    {
        if (Json.Text(server.Element, "url") is not string url || url.Length > 2_000)
        {
            return null;
        }

        foreach ((string name, SpecNode variable) in document.Members(server, "variables"))
        {
            if (url.Length > 2_000)
            {
                return null;
            }

            url = url.Replace($"{{{name}}}", Json.Text(variable.Element, "default") ?? "", StringComparison.Ordinal);
        }

        return url;
    }

    /// <summary>Host (<c>null</c> for a relative URL) and path.</summary>
    public static (string? Host, string Path) Split(string url)
    {
        if (Uri.TryCreate(url, UriKind.Absolute, out Uri? absolute) && (absolute.Scheme is "https" or "http"))
        {
            return (absolute.Authority, absolute.AbsolutePath);
        }

        string path = url.TrimStart('.');
        return (null, path.StartsWith('/') ? path : "/" + path);
    }
}
