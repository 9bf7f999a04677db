using System.Collections.Immutable;

namespace Sallyport.Tls.Hello;

/// <summary>What came back for one ClientHello.</summary>
public abstract record HelloAnswer
{
    private HelloAnswer()
    {
    }

    /// <summary>The server went on with the handshake.</summary>
    /// <param name="Flight">Its messages up to where they are readable.</param>
    public sealed record ServerHello(ServerFlight Flight) : HelloAnswer;

    /// <summary>A HelloRetryRequest: the server wants another key share or a cookie.</summary>
    /// <param name="Group">The group it asks for; null when it asks only for the cookie.</param>
    /// <param name="Suite">The suite it chose.</param>
    /// <param name="Version">The version it chose.</param>
    /// <param name="Cookie">The cookie to send back; empty when there is none.</param>
    /// <remarks>RFC 8446, section 4.1.4.</remarks>
    public sealed record Retry(NamedGroup? Group, CipherSuite Suite, TlsVersion Version, ImmutableArray<byte> Cookie) : HelloAnswer;

    /// <summary>An alert instead of a handshake message.</summary>
    /// <param name="Alert">The first fatal alert, or the only one before the connection ended.</param>
    public sealed record Alerted(TlsAlert Alert) : HelloAnswer;

    /// <summary>The connection ended (or was reset) without an answer.</summary>
    public sealed record Closed : HelloAnswer;

    /// <summary>The first bytes are no TLS record.</summary>
    /// <param name="FirstBytes">At most 64 of them, for a guess such as "HTTP/1.1 400".</param>
    public sealed record NotTls(ImmutableArray<byte> FirstBytes) : HelloAnswer;

    /// <summary>Nothing whole arrived within the limit.</summary>
    public sealed record TimedOut : HelloAnswer;

    /// <summary>TLS, but against its own rules or above our limits.</summary>
    /// <param name="Reason">What was wrong, in one sentence.</param>
    public sealed record Malformed(string Reason) : HelloAnswer;
}
