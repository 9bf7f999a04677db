namespace Sallyport.Scan.Oracle;

/// <summary>Whether a client certificate is asked for in the handshake of one TLS version.</summary>
internal enum RequestState
{
    /// <summary>Could not be seen.</summary>
    Undecided,

    /// <summary>The server does not offer the version.</summary>
    NotOffered,

    /// <summary>A handshake went by without the question.</summary>
    NotRequested,

    /// <summary>The question was seen.</summary>
    Requested,
}
