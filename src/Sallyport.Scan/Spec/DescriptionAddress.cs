using System;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Sallyport.Scan.Config;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>Where an API description is: only a file, or a URL at the target itself.</summary>
internal static class DescriptionAddress
{
    /// <summary>Where descriptions usually stand, below the target's own path.</summary>
    public static ImmutableArray<string> UsualPlaces { get; } =
    [
        "/openapi.json", "/openapi/v1.json", "/swagger/v1/swagger.json", "/swagger.json", "/v3/api-docs", "/api-docs", "/openapi.yaml",
    ];

    public static bool IsUrl([NotNullWhen(true)] string? text) => text is not null && text.Contains("://", StringComparison.Ordinal);

    /// <summary>The path and query to ask the target for.</summary>
    public static string PathOf(string url) => new Uri(url).PathAndQuery;

    /// <summary>Why the URL is not asked; <c>null</c> when it is at the target.</summary>
    public static InputProblem? Refuse(string url, TargetUrl target)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("https" or "http") || uri.UserInfo.Length > 0)
        {
            return new($"--spec: {Shown.Url(url)} is no URL that can be used", "give a file, or a URL at the target");
        }

        bool same = (uri.Scheme == "https") == target.Tls && uri.Port == target.Port
            && uri.IdnHost.Trim('[', ']').Equals(target.Host, StringComparison.OrdinalIgnoreCase);
        return same ? null : new($"--spec: {Shown.Url(url)} is not at the target {target.Authority}", "only the target is contacted: download the description and give the file");
    }
}
