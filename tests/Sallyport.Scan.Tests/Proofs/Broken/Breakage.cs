namespace Sallyport.Scan.Tests.Proofs.Broken;

/// <summary>How a server that was right a moment ago goes wrong: on its connections, or in its answers over connections that are right.</summary>
public enum Breakage
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Its port is closed.</summary>
    Refused,

    /// <summary>It accepts and says nothing.</summary>
    Silence,

    /// <summary>It accepts and closes.</summary>
    CloseAtOnce,

    /// <summary>It resets when the client has spoken.</summary>
    ResetAfterHello,

    /// <summary>It resets after its first record, the ServerHello.</summary>
    ResetAfterServerHello,

    /// <summary>It closes within its first record.</summary>
    CloseInServerHello,

    /// <summary>It closes when it has said half of what its handshake needs.</summary>
    CloseHalfway,

    /// <summary>It answers with bytes that are no TLS, and closes.</summary>
    Garbage,

    /// <summary>It answers with bytes that are no TLS, without end.</summary>
    EndlessGarbage,

    /// <summary>It answers with handshake records of one message that never ends.</summary>
    EndlessRecords,

    /// <summary>It speaks HTTP without TLS.</summary>
    PlainHttp,

    /// <summary>It sends a byte of a record now and then.</summary>
    SlowDrip,

    /// <summary>Every hello is refused by alert handshake_failure, as by a proxy without a certificate.</summary>
    AlertHandshakeFailure,

    /// <summary>Every hello is refused by alert internal_error, as by a proxy without a backend.</summary>
    AlertInternalError,

    /// <summary>Every hello is refused by alert protocol_version.</summary>
    AlertProtocolVersion,

    /// <summary>Every hello is refused by alert unrecognized_name.</summary>
    AlertUnrecognizedName,

    /// <summary>Every hello is refused by alert access_denied, as by a firewall that has had enough of us.</summary>
    AlertAccessDenied,

    /// <summary>TLS completes; the connection is closed at once.</summary>
    CloseAfterHandshake,

    /// <summary>TLS completes; no request is ever answered.</summary>
    NoAnswer,

    /// <summary>TLS completes; every request is answered by a close.</summary>
    CloseOnRequest,

    /// <summary>TLS completes; the body of every answer breaks off.</summary>
    CloseInAnswer,

    /// <summary>TLS completes; the body of every answer never ends.</summary>
    EndlessAnswer,

    /// <summary>Everything is answered 500.</summary>
    Status500,

    /// <summary>Everything is answered 503, as by a proxy without a backend.</summary>
    Status503,

    /// <summary>Everything is answered 404.</summary>
    Status404,

    /// <summary>Everything is answered 429.</summary>
    Status429,

    /// <summary>Everything is answered 401.</summary>
    Status401,

    /// <summary>Everything is answered 403, as by a firewall that has had enough of us.</summary>
    Status403,

    /// <summary>Everything is answered by a redirect to a login page.</summary>
    LoginRedirect,

    /// <summary>Everything is answered 200 with a page that says that the site is being worked on.</summary>
    Maintenance,

    /// <summary>Everything is answered by a redirect in a circle.</summary>
    RedirectCircle,

    /// <summary>Everything is answered 200 with a gzip body that nobody asked for; unpacked it would have a gigabyte.</summary>
    Bomb,

    /// <summary>Everything is answered 200 with an array of 100 MB.</summary>
    HugeJson,

    /// <summary>Everything is answered 200 with an object that names every member twice, and in bytes that are no UTF-8.</summary>
    DuplicateKeys,

    /// <summary>Everything is answered 200 with another body each time.</summary>
    Restless,
}
