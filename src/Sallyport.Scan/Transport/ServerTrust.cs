namespace Sallyport.Scan.Transport;

/// <summary>Whether the server of one connection is the one it should be.</summary>
internal abstract record ServerTrust
{
    private ServerTrust()
    {
    }

    /// <summary>Its chain leads to a trusted root, names the host, and it proved its key.</summary>
    internal sealed record Verified : ServerTrust;

    /// <summary>It is not proved; tokens and cookies are withheld.</summary>
    /// <param name="Reason">Why, one clause.</param>
    internal sealed record Distrusted(string Reason) : ServerTrust;

    /// <summary>There was no certificate to judge: no TLS, or the handshake ended first.</summary>
    internal sealed record NotSeen : ServerTrust;
}
