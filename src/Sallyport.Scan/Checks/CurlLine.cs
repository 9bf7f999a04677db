using System;
using System.Linq;
using System.Text;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks;

/// <summary>Writes an ask as a curl command, secrets and files as <c>$VARS</c>, where curl can do what the ask does.</summary>
internal static class CurlLine
{
    /// <summary>The command.</summary>
    /// <param name="ask">An ask with a request and without a script.</param>
    /// <param name="request">The scan, for the server's CA and the address.</param>
    /// <returns><c>null</c> when curl cannot repeat it: a script, a forged certificate, odd server names, credentials that a probe made.</returns>
    public static string? Of(Ask ask, ScanRequest request)
    {
        Identity? shown = request.Identities.FirstOrDefault(i => ask.Actor.Credential is { } c && !i.Chain.IsEmpty && c.Chain.SequenceEqual(i.Chain, ByteComparer.Instance));
        // curl takes server name, Host and port from the URL: a route that sets them apart is not its to repeat.
        bool usual = ask.Script is null
            && ask.Request is { AddHost: true, PseudoHeaders: null, Body.IsEmpty: true }
            && (ask.Request.Host ?? ask.Route.Host) == ask.Route.Place.Authority
            && ask.Route.ToString() == Route.To(ask.Route.Place).ToString();
        if (!usual || ask.Actor.Presented is not null || ask.Request is not { } sent || (ask.Actor.Credential is not null && shown is null))
        {
            return null;
        }

        StringBuilder line = new("curl --path-as-is");
        _ = line.Append(ask.Version switch { TlsVersion.Tls12 => " --tlsv1.2 --tls-max 1.2", TlsVersion.Tls13 => " --tlsv1.3", _ => "" });
        _ = line.Append(ask.Http == HttpFlavor.Http2 ? " --http2" : " --http1.1");
        _ = line.Append(request.ServerRoots.IsEmpty ? "" : " --cacert \"$SERVER_CA\"");
        if (request.ConnectTo is { } address)
        {
            _ = line.Append(" --connect-to ").Append(Quoted($"::{address}"));
        }

        if (shown is not null)
        {
            _ = line.Append(" --cert \"$").Append(Variable(shown.Name)).Append("_CERT\" --key \"$").Append(Variable(shown.Name)).Append("_KEY\"");
        }

        Credentials(line, ask.Actor.Application);
        foreach (HttpHeader header in sent.Headers.Where(h => h.Value != Redaction.Mask && !h.Name.Equals("user-agent", StringComparison.OrdinalIgnoreCase)))
        {
            _ = line.Append(" -H ").Append(Quoted($"{header.Name}: {header.Value}"));
        }

        string method = sent.Method == "GET" ? "" : sent.Method == "HEAD" ? " --head" : $" -X {Quoted(sent.Method)}";
        string scheme = ask.Route.Tls ? "https" : "http";
        return line.Append(method).Append(' ').Append(Quoted($"{scheme}://{ask.Route.Place.Authority}{sent.Target}")).ToString();
    }

    private static void Credentials(StringBuilder line, Identity? identity)
    {
        if (identity is null)
        {
            return;
        }

        string name = Variable(identity.Name);
        _ = line.Append(identity.Token is null && identity.Login?.TokenMember is null ? "" : $" -H \"Authorization: Bearer ${name}_TOKEN\"");
        _ = line.Append(identity.Basic is null ? "" : $" -u \"${name}_BASIC\"");
        _ = line.Append(identity.Cookie is null ? "" : $" -H \"Cookie: ${name}_COOKIE\"");
        _ = line.Append(identity.ApiKey is null ? "" : $" -H \"{identity.ApiKeyHeader}: ${name}_API_KEY\"");
    }

    private static string Variable(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
