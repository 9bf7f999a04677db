using Sallyport.Tls;

namespace Sallyport.Scan.Transport;

/// <summary>How the opening of a connection ended: TCP, then TLS when the route speaks it.</summary>
internal abstract record Opening
{
    private Opening()
    {
    }

    /// <summary>No TCP connection.</summary>
    /// <param name="Reason">Why, in words: refused, unreachable, no such host, time-out.</param>
    /// <param name="PortClosed">Whether the host answered that nothing listens there.</param>
    internal sealed record Unreachable(string Reason, bool PortClosed = false) : Opening;

    /// <summary>A connection without TLS, as the route wanted.</summary>
    internal sealed record Plain : Opening;

    /// <summary>Our side of the handshake finished. In TLS 1.3 the server may still refuse: see what the request got.</summary>
    /// <param name="Session">What the session was.</param>
    internal sealed record Secured(SessionFacts Session) : Opening;

    /// <summary>The server ended the handshake with an alert.</summary>
    /// <param name="Alert">Level and number as received.</param>
    /// <param name="AfterOurAnswer">Whether we had sent our answer to the server's hello by then, so that it may have judged it; false: it refused the hello.</param>
    internal sealed record Alerted(TlsAlert Alert, bool AfterOurAnswer) : Opening;

    /// <summary>The server closed or reset the connection within the handshake, without an alert.</summary>
    /// <param name="AfterOurAnswer">Whether we had sent our answer to the server's hello by then.</param>
    internal sealed record Closed(bool AfterOurAnswer) : Opening;

    /// <summary>What came is not TLS, or TLS against its own rules.</summary>
    /// <param name="Reason">One line.</param>
    internal sealed record Malformed(string Reason) : Opening;

    /// <summary>The server did not go on within the probe's time-out.</summary>
    internal sealed record TimedOut : Opening;

    /// <summary>The server chose what our engine cannot speak.</summary>
    /// <param name="Choice">What it chose.</param>
    internal sealed record Unsupported(string Choice) : Opening;
}
