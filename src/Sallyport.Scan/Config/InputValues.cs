using System;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Config;

/// <summary>Small values that the command line and the configuration file share.</summary>
internal static class InputValues
{
    public const string EndpointHint = "write an address and a port, such as 127.0.0.1:8443 or [::1]:8443";

    public static IPEndPoint? Endpoint(string text, Action<string> problem)
    {
        int colon = text.LastIndexOf(':');
        bool hasPort = colon > 0 && text[(colon + 1)..].All(char.IsAsciiDigit) && (text.StartsWith('[') ? text[colon - 1] == ']' : text.IndexOf(':', StringComparison.Ordinal) == colon);
        if (hasPort && IPEndPoint.TryParse(text, out IPEndPoint? endpoint) && endpoint.Port > 0)
        {
            return endpoint;
        }

        problem($"{Shown.Quoted(text)} is no address with a port");
        return null;
    }

    public static bool IsHostName(string text) =>
        text.Length is > 0 and <= 253
        && !IPAddress.TryParse(text, out _)
        && text.Split('.').All(label => label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));

    public static bool IsHeaderName(string text) =>
        text.Length is > 0 and <= 100 && text.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));

    public static bool FitsHeader(Secret secret) => !secret.Reveal().Any(char.IsControl);

    /// <summary>What is wrong with a row such as <c>bob GET /x deny</c>; <c>null</c> when nothing is.</summary>
    public static string? MatrixRowProblem(string row, ImmutableArray<string> identities)
    {
        string[] words = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 4 || words[3] is not ("allow" or "deny"))
        {
            return "is no row of the matrix";
        }

        if (words[0] is not ("none" or "*") && !identities.Contains(words[0]))
        {
            return $"names an identity that is not there ({Shown.Line(words[0])})";
        }

        return OperationPattern.TryParse($"{words[1]} {words[2]}", out _, out string? wrong) ? null : $"names no operation: {wrong}";
    }

    /// <summary>Where a login is: at the target (no origin) or at a host of its own; no path when it cannot be read.</summary>
    public static (TargetUrl? Origin, string? Path) LoginPlace(string text)
    {
        if (text.StartsWith('/') && text.All(c => c is > ' ' and < '\x7f'))
        {
            return (null, text);
        }

        return TargetUrl.TryParse(text, out TargetUrl? url, out _) && url.Path.Length > 0 ? (url, url.Path) : (null, null);
    }
}
