namespace Sallyport.Tls.Client;

/// <summary>The three ways to resume a session.</summary>
public enum SessionTicketKind
{
    /// <summary>TLS 1.3: a pre-shared key from NewSessionTicket.</summary>
    Tls13,

    /// <summary>TLS 1.2: a ticket (RFC 5077).</summary>
    Tls12Ticket,

    /// <summary>TLS 1.2 and older: the session id of the ServerHello.</summary>
    SessionId,
}
