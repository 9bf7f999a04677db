namespace Sallyport.Lab.Servers;

/// <summary>What a hostile server does with every connection.</summary>
public enum HostileBehaviour
{
    /// <summary>Accepts, reads, and never says a word.</summary>
    Silence,

    /// <summary>Accepts and closes at once.</summary>
    CloseAtOnce,

    /// <summary>Reads something and resets the connection.</summary>
    Reset,

    /// <summary>Answers with 4 KB of random bytes, then closes.</summary>
    Garbage,

    /// <summary>Answers with 1 GB of zero bytes, as fast as they are taken.</summary>
    Gigabyte,

    /// <summary>Answers with TLS handshake records that never end a message, 1 GB of them.</summary>
    EndlessRecords,

    /// <summary>Speaks HTTP without TLS: 400 to whatever comes.</summary>
    PlainHttp,

    /// <summary>Answers one byte of a TLS record at a time, one every 50 ms, and never ends it.</summary>
    SlowDrip,

    /// <summary>Answers with the first half of a TLS record header and waits.</summary>
    HalfRecord,
}
