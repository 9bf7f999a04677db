namespace Sallyport.Tls.Client;

/// <summary>How a handshake ended.</summary>
public abstract record HandshakeOutcome
{
    private HandshakeOutcome()
    {
    }

    /// <summary>What was said, message by message.</summary>
    public required Transcript Transcript { get; init; }

    /// <summary>Our side finished. In TLS 1.3 the server judges our certificate only now: read to learn the verdict.</summary>
    /// <param name="Session">The open session; the caller disposes it.</param>
    public sealed record Completed(TlsSession Session) : HandshakeOutcome;

    /// <summary>The server ended with an alert.</summary>
    /// <param name="Alert">Level and number as received.</param>
    public sealed record Alerted(TlsAlert Alert) : HandshakeOutcome;

    /// <summary>The server closed or reset the connection before the handshake was complete, without an alert.</summary>
    public sealed record Closed : HandshakeOutcome;

    /// <summary>The server broke the protocol, or answered what is not TLS.</summary>
    /// <param name="Reason">One line, no secret in it.</param>
    public sealed record Malformed(string Reason) : HandshakeOutcome;

    /// <summary>The server did not go on within <see cref="ClientScript.Timeout"/>.</summary>
    public sealed record TimedOut : HandshakeOutcome;

    /// <summary>The server chose what this engine cannot speak.</summary>
    /// <param name="Choice">What it chose, such as a suite or a group.</param>
    public sealed record Unsupported(string Choice) : HandshakeOutcome;
}
