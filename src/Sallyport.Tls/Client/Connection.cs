using System;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls.Records;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Client;

/// <summary>One connection as messages: puts them together, writes them down, counts what leads nowhere.</summary>
internal sealed class Connection : IAsyncDisposable
{
    private readonly HandshakeAssembler _assembler;
    private static readonly TimeSpan _goodbyeLimit = TimeSpan.FromMilliseconds(250);
    private int _idle;

    internal Connection(RecordStream records, ClientScript script, TimeProvider time)
    {
        Records = records;
        Script = script;
        Time = time;
        Transcript = new Transcript(time);
        _assembler = new HandshakeAssembler(script.MaxMessageBytes);
    }

    internal RecordStream Records { get; }

    internal ClientScript Script { get; }

    internal TimeProvider Time { get; }

    internal Transcript Transcript { get; }

    /// <summary>Whether TLS 1.3 was agreed on: every alert is an end there, and a ChangeCipherSpec is nothing.</summary>
    internal bool IsTls13 { get; set; }

    /// <summary>Whether parts of a message wait although the keys are about to change.</summary>
    internal bool HasPending => _assembler.HasPending;

    public ValueTask DisposeAsync() => Records.DisposeAsync();

    internal async ValueTask<Inbound> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_assembler.TryTake(out HandshakeMessage message))
            {
                if (message.Type is HandshakeType.NewSessionTicket or HandshakeType.KeyUpdate or HandshakeType.HelloRequest or HandshakeType.CertificateRequest
                    && TooIdle())
                {
                    return new Inbound.Malformed("messages without end and no data");
                }

                return new Inbound.Message(message);
            }

            if (_assembler.Defect is { } defect)
            {
                return new Inbound.Malformed(defect);
            }

            RecordRead read = await Records.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (Take(read) is { } inbound)
            {
                return inbound;
            }
        }
    }

    /// <summary>Sends handshake messages that are whole already, in one go.</summary>
    internal ValueTask SendAsync(ReadOnlyMemory<byte> messages, CancellationToken cancellationToken, Action? after = null) =>
        Records.WriteAsync(RecordType.Handshake, messages, cancellationToken, after);

    internal ValueTask SendAlertAsync(byte level, AlertDescription description, CancellationToken cancellationToken)
    {
        var alert = new TlsAlert(level, (byte)description);
        Transcript.Sent("Alert", 2, Describe(alert));
        return Records.WriteAsync(RecordType.Alert, new[] { level, (byte)description }, cancellationToken);
    }

    /// <summary>Says close_notify, as far as the peer takes it at once, and closes. Some servers forget a session that ends without.</summary>
    internal async ValueTask CloseAsync()
    {
        using var limit = new CancellationTokenSource(_goodbyeLimit, Time);
        try
        {
            await SendAlertAsync(1, AlertDescription.CloseNotify, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The peer does not read any more; closing says enough.
        }

        await DisposeAsync().ConfigureAwait(false);
    }

    private static string Describe(TlsAlert alert) => $"{(alert.IsFatal ? "fatal" : alert.Level == 1 ? "warning" : $"level {alert.Level}")} {alert.Code} {alert.Name}";

    private Inbound? Take(RecordRead read)
    {
        switch (read)
        {
            case RecordRead.Closed:
                Transcript.Received("(connection closed)", 0);
                return new Inbound.Closed();
            case RecordRead.Malformed malformed:
                Transcript.Received("(not understood)", 0, malformed.Reason);
                return new Inbound.Malformed(malformed.Reason);
            case RecordRead.Record record:
                return Take(record);
            default:
                return new Inbound.Malformed("an unknown event");
        }
    }

    private Inbound? Take(RecordRead.Record record)
    {
        if (record.Type != RecordType.Handshake && _assembler.HasPending)
        {
            return new Inbound.Malformed("a handshake message is cut by another record");
        }

        switch (record.Type)
        {
            case RecordType.Handshake when record.Plaintext.Length > 0:
                _assembler.Append(record.Plaintext);
                return null;
            case RecordType.ApplicationData when Records.ReadProtection is null:
                return new Inbound.Malformed("application data before any key");
            case RecordType.ApplicationData when record.Plaintext.Length > 0:
                _idle = 0;
                return new Inbound.Data(record.Plaintext);
            case RecordType.Alert:
                return TakeAlert(record.Plaintext);
            case RecordType.ChangeCipherSpec when !IsTls13:
                Transcript.Received("ChangeCipherSpec", record.Plaintext.Length);
                return record.Plaintext is [1] ? new Inbound.ChangeCipherSpec() : new Inbound.Malformed("a ChangeCipherSpec out of shape");
            default:
                // Empty records, heartbeats, the empty gesture of ChangeCipherSpec in TLS 1.3: counted and passed over.
                return TooIdle() ? new Inbound.Malformed("records without end and no data") : null;
        }
    }

    private Inbound? TakeAlert(byte[] plaintext)
    {
        if (plaintext is not [byte level, byte code])
        {
            return new Inbound.Malformed($"an alert of {plaintext.Length} bytes");
        }

        var alert = new TlsAlert(level, code);
        Transcript.Received("Alert", 2, Describe(alert));
        if (level == 1 && code != 0 && !IsTls13)
        {
            return TooIdle() ? new Inbound.Malformed("warnings without end") : new Inbound.Warning(alert);
        }

        return new Inbound.Alerted(alert);
    }

    private bool TooIdle() => ++_idle > Script.MaxIdleRecords;
}
