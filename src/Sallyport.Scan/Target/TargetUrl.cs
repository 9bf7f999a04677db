using System;
using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Scan.Target;

/// <summary>Where the API is: scheme, host, port and path, kept exactly as given.</summary>
public sealed record TargetUrl
{
    private TargetUrl(bool tls, string host, int port, string path) => (Tls, Host, Port, Path) = (tls, host, port, path);

    /// <summary>Whether the scheme is https.</summary>
    public bool Tls { get; }

    /// <summary>The host name in A-labels and lower case, or an IP literal without brackets.</summary>
    public string Host { get; }

    /// <summary>The TCP port; 443 or 80 when the URL names none.</summary>
    public int Port { get; }

    /// <summary>The path prefix of the API, without a trailing slash; empty for the root.</summary>
    public string Path { get; }

    /// <summary>Whether the host is an IP literal.</summary>
    public bool IsAddress => System.Net.IPAddress.TryParse(Host, out _);

    /// <summary>Host and port as they stand in a Host header: the port is left out when it is the scheme's own.</summary>
    public string Authority
    {
        get
        {
            string host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
            return Port == (Tls ? 443 : 80) ? host : $"{host}:{Port}";
        }
    }

    /// <summary>Reads an absolute http or https URL.</summary>
    /// <param name="text">The text, such as <c>https://api.example.com:8443/v1</c>.</param>
    /// <param name="url">The URL read.</param>
    /// <param name="hint">What is wrong and what to write instead; <c>null</c> when it was read.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out TargetUrl? url, [NotNullWhen(false)] out string? hint)
    {
        url = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            hint = "give a URL, such as https://api.example.com";
            return false;
        }

        if (!text.Contains("://", StringComparison.Ordinal))
        {
            hint = $"the URL has no scheme: did you mean https://{text}?";
            return false;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0 || uri.Scheme is not ("https" or "http"))
        {
            hint = "the URL must start with https:// or http:// and name a host";
            return false;
        }

        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            hint = "the URL must not hold a user, a query or a fragment: credentials go into --identity, --token or the configuration file";
            return false;
        }

        hint = null;
        url = new(uri.Scheme == "https", uri.IdnHost.Trim('[', ']').ToLowerInvariant(), uri.Port, uri.AbsolutePath.TrimEnd('/'));
        return true;
    }

    /// <summary>The URL as text.</summary>
    public override string ToString() => $"{(Tls ? "https" : "http")}://{Authority}{Path}";
}
