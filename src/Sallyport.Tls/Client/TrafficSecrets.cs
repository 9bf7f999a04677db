namespace Sallyport.Tls.Client;

/// <summary>The secrets an open TLS 1.3 connection goes on with. A class, not a record: nothing may print it.</summary>
internal sealed class TrafficSecrets(byte[] client, byte[] server, byte[] resumption)
{
    internal byte[] Client { get; set; } = client;

    internal byte[] Server { get; set; } = server;

    internal byte[] Resumption { get; } = resumption;
}
