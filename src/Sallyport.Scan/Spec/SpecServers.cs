using System;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Config;

namespace Sallyport.Scan.Spec;

/// <summary>The servers of a description.</summary>
internal static class SpecServers
{
    private const int Most = 20;

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

    /// <summary>The URLs of the whole description's servers, in its order; of 2.0, its schemes with its host and base path.</summary>
    public static ImmutableArray<string> All(SpecDocument document)
    {
        SpecNode root = document.Root;
        ImmutableArray<string> urls = [.. document.Items(root, "servers").Take(Most).Select(server => Url(document, server)).OfType<string>()];
        if (urls.IsEmpty && Json.Text(root.Element, "host") is string host)
        {
            ImmutableArray<string> schemes = SpecText.List(Json.Member(root.Element, "schemes"));
            urls = [.. (schemes.IsEmpty ? [""] : schemes).Select(scheme => $"{(scheme.Length == 0 ? "" : scheme + ":")}//{host}{Json.Text(root.Element, "basePath")}")];
        }

        return [.. urls.Select(Shown.Line).Distinct().Take(Most)];
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
