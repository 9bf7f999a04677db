namespace Sallyport.Tls.Http;

/// <summary>How one request ended.</summary>
public abstract record HttpOutcome
{
    private HttpOutcome()
    {
    }

    /// <summary>A complete answer head arrived.</summary>
    /// <param name="Answer">The answer.</param>
    public sealed record Answered(HttpAnswer Answer) : HttpOutcome;

    /// <summary>A TLS alert came before a complete answer head.</summary>
    /// <param name="Alert">The alert.</param>
    public sealed record Alerted(TlsAlert Alert) : HttpOutcome;

    /// <summary>The connection ended before a complete answer head.</summary>
    /// <param name="BytesReceived">Bytes of the answer that had arrived.</param>
    public sealed record Closed(long BytesReceived) : HttpOutcome
    {
        /// <summary>Whether a close_notify announced the end; false for a bare FIN or reset.</summary>
        public bool Orderly { get; init; }
    }

    /// <summary>The answer breaks HTTP's rules or our limits.</summary>
    /// <param name="Reason">What was wrong, in one sentence.</param>
    public sealed record Malformed(string Reason) : HttpOutcome;

    /// <summary>No complete answer head within the limit.</summary>
    public sealed record TimedOut : HttpOutcome;

    /// <summary>HTTP/2 only: the server reset the stream before answering.</summary>
    /// <param name="ErrorCode">The code, RFC 9113, section 7.</param>
    public sealed record StreamReset(uint ErrorCode) : HttpOutcome;

    /// <summary>HTTP/2 only: the server said goodbye and will not handle the stream.</summary>
    /// <param name="ErrorCode">The code, RFC 9113, section 7.</param>
    public sealed record GoAway(uint ErrorCode) : HttpOutcome;
}
