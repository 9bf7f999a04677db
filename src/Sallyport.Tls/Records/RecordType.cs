namespace Sallyport.Tls.Records;

/// <summary>Content types of records (RFC 8446, section 5.1).</summary>
internal static class RecordType
{
    internal const byte ChangeCipherSpec = 20;
    internal const byte Alert = 21;
    internal const byte Handshake = 22;
    internal const byte ApplicationData = 23;
    internal const byte Heartbeat = 24;
}
