using System;
using Sallyport.Tls;
using Sallyport.Tls.Client;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Transport;

/// <summary>What a probe's client says in the handshake when nothing else is asked for: as a current browser or library does.</summary>
internal static class UsualScript
{
    /// <summary>The script of an ask: route, actor and version filled in, then the ask's own change.</summary>
    /// <param name="ask">The ask.</param>
    /// <param name="withCertificate">Whether the actor's certificate may go there.</param>
    /// <param name="timeout">The time of the handshake.</param>
    public static ClientScript For(Ask ask, bool withCertificate, TimeSpan timeout)
    {
        string alpn = ask.Http == HttpFlavor.Http2 ? "h2" : "http/1.1";
        HelloRequest newest = HelloRequest.ForTls13(null);
        HelloRequest hello = HelloRequest.ForTls12(null) with
        {
            SupportedVersions = [TlsVersion.Tls13, TlsVersion.Tls12],
            CipherSuites = [.. newest.CipherSuites, .. HelloRequest.ForTls12(null).CipherSuites],
            KeyShareGroups = newest.KeyShareGroups,
            OfferPskModes = true,
            // Servers that ask late (per path) can only ask clients that offer it; HTTP/2 forbids it (RFC 9113, section 9.2.3).
            OfferPostHandshakeAuth = ask.Http == HttpFlavor.Http1,
            ServerNames = ask.Route.ServerNames,
            Alpn = [alpn],
        };
        ClientScript script = new()
        {
            Hello = ask.Version switch
            {
                TlsVersion.Tls13 => hello with { SupportedVersions = [TlsVersion.Tls13], CipherSuites = newest.CipherSuites },
                TlsVersion.Tls12 => hello with
                {
                    SupportedVersions = [],
                    CipherSuites = HelloRequest.ForTls12(null).CipherSuites,
                    KeyShareGroups = null,
                    OfferPskModes = false,
                    OfferPostHandshakeAuth = false,
                },
                _ => hello,
            },
            MinimumVersion = ask.Version ?? TlsVersion.Tls12,
            MaximumVersion = ask.Version ?? TlsVersion.Tls13,
            Credential = withCertificate ? ask.Actor.Credential : null,
            Timeout = timeout,
        };
        return ask.Script?.Invoke(script) ?? script;
    }
}
