using System;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Client;

/// <summary>Reads a handshake step by step; the first thing that ends it is kept as the outcome.</summary>
internal sealed class HandshakeReader(Connection connection)
{
    private Inbound? _putBack;

    /// <summary>How it ended; null while it goes on.</summary>
    internal HandshakeOutcome? End { get; private set; }

    /// <summary>Takes application data that comes between the messages of a renegotiation; null = there must be none.</summary>
    internal Action<byte[]>? InterleavedData { get; init; }

    /// <summary>Whether the warning no_renegotiation ends the handshake.</summary>
    internal bool InRenegotiation { get; init; }

    /// <summary>The next message or ChangeCipherSpec; null = ended.</summary>
    internal async ValueTask<Inbound?> NextAsync(CancellationToken cancellationToken)
    {
        while (End is null)
        {
            Inbound inbound = _putBack ?? await connection.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            _putBack = null;
            switch (inbound)
            {
                case Inbound.Message or Inbound.ChangeCipherSpec:
                    return inbound;
                case Inbound.Warning { Alert.Code: not (byte)AlertDescription.NoRenegotiation }:
                case Inbound.Warning when !InRenegotiation:
                    break;
                case Inbound.Warning warning:
                    End = new HandshakeOutcome.Alerted(warning.Alert) { Transcript = connection.Transcript };
                    break;
                case Inbound.Data data when InterleavedData is { } take:
                    take(data.Bytes);
                    break;
                case Inbound.Data:
                    Malformed("application data in the handshake");
                    break;
                case Inbound.Alerted alerted:
                    End = new HandshakeOutcome.Alerted(alerted.Alert) { Transcript = connection.Transcript };
                    break;
                case Inbound.Malformed malformed:
                    Malformed(malformed.Reason);
                    break;
                default:
                    End = new HandshakeOutcome.Closed { Transcript = connection.Transcript };
                    break;
            }
        }

        return null;
    }

    /// <summary>The next message, whatever its type; null = ended.</summary>
    internal async ValueTask<HandshakeMessage?> MessageAsync(CancellationToken cancellationToken)
    {
        switch (await NextAsync(cancellationToken).ConfigureAwait(false))
        {
            case Inbound.Message message:
                return message.Value;
            case Inbound.ChangeCipherSpec:
                Malformed("a ChangeCipherSpec out of turn");
                return null;
            default:
                return null;
        }
    }

    /// <summary>The next message when it has the type; null = ended.</summary>
    internal async ValueTask<HandshakeMessage?> ExpectAsync(HandshakeType type, CancellationToken cancellationToken)
    {
        HandshakeMessage? message = await MessageAsync(cancellationToken).ConfigureAwait(false);
        if (message is { } found && found.Type != type)
        {
            Malformed($"{found.Type} where {type} was due");
            return null;
        }

        return message;
    }

    /// <summary>Gives something back, to be read again.</summary>
    internal void PutBack(Inbound inbound) => _putBack = inbound;

    /// <summary>Ends as malformed; always false, so that callers can return it.</summary>
    internal bool Malformed(string reason)
    {
        End ??= new HandshakeOutcome.Malformed(reason) { Transcript = connection.Transcript };
        return false;
    }

    /// <summary>Ends as unsupported; always false.</summary>
    internal bool Unsupported(string choice)
    {
        End ??= new HandshakeOutcome.Unsupported(choice) { Transcript = connection.Transcript };
        return false;
    }
}
