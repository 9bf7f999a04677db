namespace Sallyport.Tls.Client;

/// <summary>Who sent a message of a <see cref="Transcript"/>.</summary>
public enum TranscriptDirection
{
    /// <summary>We sent it.</summary>
    Sent,

    /// <summary>The server sent it.</summary>
    Received,
}
