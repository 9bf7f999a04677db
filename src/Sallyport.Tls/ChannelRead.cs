namespace Sallyport.Tls;

/// <summary>What one read of a <see cref="ByteChannel"/> gave.</summary>
public abstract record ChannelRead
{
    private ChannelRead()
    {
    }

    /// <summary>Bytes were put into the buffer.</summary>
    /// <param name="Count">How many, one or more.</param>
    public sealed record Data(int Count) : ChannelRead;

    /// <summary>The peer ended with a TLS alert; close_notify is alert 0.</summary>
    /// <param name="Alert">Level and number as received.</param>
    public sealed record Alerted(TlsAlert Alert) : ChannelRead;

    /// <summary>The peer closed or reset the connection without an alert.</summary>
    public sealed record Closed : ChannelRead;

    /// <summary>The peer sent what is not the protocol.</summary>
    /// <param name="Reason">One line, no secret in it.</param>
    public sealed record Malformed(string Reason) : ChannelRead;
}
