using System;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls;
using Sallyport.Tls.Client;
using Sallyport.Tls.Records;
using Sallyport.Tls.Wire;

namespace Sallyport.Lab.Tls;

/// <summary>One connection on the server's side: messages both ways, and what is known of the client.</summary>
internal sealed class ServedConnection(Connection connection, ServerScript script, ServerSite site, TicketBox tickets)
{
    public Connection Connection { get; } = connection;

    public ServerScript Script { get; } = script;

    public ServerSite Site { get; } = site;

    public TicketBox Tickets { get; } = tickets;

    public HandshakeLog Log { get; } = new();

    /// <summary>The client's leaf; empty = none.</summary>
    public byte[] Leaf { get; set; } = [];

    public bool Authorized { get; set; }

    public bool Resumed { get; set; }

    /// <summary>The site of the session that was resumed.</summary>
    public string ResumedSite { get; set; } = "";

    public byte[] EarlyData { get; set; } = [];

    public string? Alpn { get; set; }

    public string Identity
    {
        get
        {
            if (Leaf.Length == 0)
            {
                return "none";
            }

            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(Leaf);
            return certificate.Subject;
        }
    }

    public bool Has(ServerFlaw flaw) => Script.Flaws.HasFlag(flaw);

    /// <summary>A message as it enters the transcript, and as it goes out after the script changed it.</summary>
    public byte[] Say(HandshakeType type, ReadOnlySpan<byte> body)
    {
        byte[] message = HandshakeMessage.Encode(type, body);
        Log.Add(message);
        return Script.Mutate?.Invoke(message) ?? message;
    }

    public ValueTask SendAsync(byte[] messages, CancellationToken cancellationToken) => Connection.SendAsync(messages, cancellationToken);

    public async Task<bool> RefuseAsync(AlertDescription alert, CancellationToken cancellationToken)
    {
        await Connection.SendAlertAsync(2, alert, cancellationToken);
        return false;
    }

    /// <summary>The next message, not yet logged; null = the client has gone or said something else.</summary>
    public async Task<HandshakeMessage?> MessageAsync(CancellationToken cancellationToken) =>
        await Connection.ReceiveAsync(cancellationToken) is Inbound.Message message ? message.Value : null;

    public byte[] ServerRandom() => RandomNumberGenerator.GetBytes(32);

    public byte[] AlpnExtension(ClientHelloView hello)
    {
        Alpn = hello.Alpn.FirstOrDefault(static protocol => protocol is "http/1.1");
        return Alpn is null
            ? []
            : new TlsWriter().U16(ExtensionType.Alpn).Vector(2, new TlsWriter().Vector(2, new TlsWriter().Vector(1, "http/1.1"u8).Written).Written).ToArray();
    }

    /// <summary>A ticket's state when this server gave it and may use it here.</summary>
    public TicketState? Unseal(ReadOnlySpan<byte> ticket)
    {
        TicketState? state = Tickets.Open(ticket);
        return state is not null && (state.Site == Site.Name || Has(ServerFlaw.ResumeAcrossNames)) ? state : null;
    }

    public ImmutableArray<byte[]> Authorities() => [.. Site.ClientRoots.Select(static root => root.SubjectName.RawData)];

    public ValueTask WriteAsync(byte[] data, CancellationToken cancellationToken) =>
        Connection.Records.WriteAsync(RecordType.ApplicationData, data, cancellationToken);
}
