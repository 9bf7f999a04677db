namespace Sallyport.Tls.Hello;

/// <summary>How a ClientHello says that it knows secure renegotiation, RFC 5746.</summary>
public enum RenegotiationOffer
{
    /// <summary>Not at all.</summary>
    Absent,

    /// <summary>By an empty renegotiation_info extension.</summary>
    Extension,

    /// <summary>By the signalling suite 0x00FF, for servers that fear extensions.</summary>
    Scsv,
}
