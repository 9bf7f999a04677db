namespace Sallyport.Lab.Tls;

/// <summary>Whether the scripted server speaks TLS at all, and where it stops.</summary>
public enum ServerShape
{
    /// <summary>Speaks to the end.</summary>
    Normal,

    /// <summary>Closes before reading.</summary>
    CloseOnAccept,

    /// <summary>Resets the connection after the ClientHello.</summary>
    ResetAfterClientHello,

    /// <summary>Closes after the ClientHello.</summary>
    CloseAfterClientHello,

    /// <summary>Closes after the ServerHello.</summary>
    CloseAfterServerHello,

    /// <summary>Closes in the middle of the ServerHello's record.</summary>
    CloseInRecord,

    /// <summary>Closes after its whole flight, before the client's.</summary>
    CloseAfterServerFlight,

    /// <summary>Closes in silence after the client's Finished, as Kestrel does when it refuses a certificate.</summary>
    CloseAfterClientFinished,

    /// <summary>Answers the ClientHello with an SSL 3.0 ServerHello.</summary>
    Ssl3ServerHello,

    /// <summary>Answers with random bytes.</summary>
    Garbage,

    /// <summary>Answers with an HTTP/1.1 400, as a plain HTTP port does.</summary>
    PlainHttp,

    /// <summary>Reads and never answers.</summary>
    Silent,

    /// <summary>Sends a ServerHello one byte at a time, slower than anybody waits.</summary>
    Tarpit,

    /// <summary>Sends warning alerts without end.</summary>
    EndlessWarnings,

    /// <summary>Sends empty handshake records without end.</summary>
    EndlessEmptyRecords,

    /// <summary>Sends pieces of a handshake message of 16 MB without end.</summary>
    EndlessMessage,

    /// <summary>Sends a ServerHello whose inner lengths are wrong.</summary>
    WrongLengths,

    /// <summary>Sends a record that claims 65,535 bytes.</summary>
    HugeRecord,

    /// <summary>Completes the handshake, then answers requests with data without end.</summary>
    EndlessBody,
}
