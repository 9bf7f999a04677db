using System;
using System.Collections.Immutable;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Hello;

/// <summary>Turns the server's bytes into an answer, piece by piece; pure, so that it can be fuzzed without a network.</summary>
internal sealed class FlightReader
{
    private const int MaxRecordPayload = (1 << 14) + 2048;

    private readonly HelloLimits _limits;
    private readonly bool _ssl2;
    private readonly HandshakeAssembler _messages;
    private readonly byte[] _alert = new byte[2];
    private byte[] _buffer = new byte[4096];
    private int _length;
    private int _alertLength;
    private long _received;
    private TlsAlert? _warning;
    private ServerFlight? _flight;
    private bool _sawRecord;
    private TlsVersion _recordVersion;

    internal FlightReader(HelloRequest request, HelloLimits limits)
    {
        _limits = limits;
        _ssl2 = request.Ssl2Hello;
        _messages = new HandshakeAssembler(limits.MaxFlightBytes);
    }

    /// <summary>Takes bytes; an answer ends the conversation, null asks for more.</summary>
    internal HelloAnswer? Feed(ReadOnlySpan<byte> bytes)
    {
        _received += bytes.Length;
        if (_received > (_flight is null ? _limits.MaxAnswerBytes : _limits.MaxFlightBytes))
        {
            return Stop($"more than {(_flight is null ? _limits.MaxAnswerBytes : _limits.MaxFlightBytes)} bytes without an end");
        }

        if (_length + bytes.Length > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + bytes.Length));
        }

        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
        return _ssl2 && !_sawRecord && Ssl2Wire.LooksLikeRecord(_buffer.AsSpan(0, _length)) ? ReadSsl2() : ReadRecords();
    }

    /// <summary>The connection ended.</summary>
    internal HelloAnswer End()
    {
        if (_flight is not null)
        {
            return Finish("the connection ended within the flight");
        }

        if (_warning is { } alert)
        {
            return new HelloAnswer.Alerted(alert);
        }

        if (_received == 0)
        {
            return new HelloAnswer.Closed();
        }

        return _sawRecord || _buffer[0] is >= 20 and <= 24
            ? new HelloAnswer.Malformed("the connection ended within a record or message")
            : NotTls();
    }

    /// <summary>The time is over.</summary>
    internal HelloAnswer Expire()
    {
        if (_flight is not null)
        {
            return Finish("the rest of the flight did not come in time");
        }

        return _warning is { } alert ? new HelloAnswer.Alerted(alert) : new HelloAnswer.TimedOut();
    }

    private HelloAnswer? ReadSsl2()
    {
        if (!Ssl2Wire.TryTakeRecord(_buffer.AsSpan(0, _length), out ReadOnlySpan<byte> payload))
        {
            return null;
        }

        if (payload.Length >= 3 && payload[0] == 0)
        {
            // SSL 2.0 errors: 1 no cipher, 2 no certificate, 4 bad certificate, 6 unsupported certificate; closest alert numbers.
            return new HelloAnswer.Alerted(new TlsAlert(2, payload[2] switch { 2 => 41, 4 => 42, 6 => 43, _ => 40 }));
        }

        return Ssl2Wire.TryReadServerHello(payload, out ServerFlight? flight)
            ? new HelloAnswer.ServerHello(flight)
            : new HelloAnswer.Malformed("the SSL 2.0 server hello cannot be read");
    }

    private HelloAnswer? ReadRecords()
    {
        int start = 0;
        HelloAnswer? answer = null;
        while (answer is null && start < _length)
        {
            var reader = new TlsReader(_buffer.AsSpan(start, _length - start));
            if (reader.Rest[0] is < 20 or > 24 || (reader.Remaining > 1 && reader.Rest[1] != 3))
            {
                answer = _sawRecord ? Stop("bytes that are no TLS record") : NotTls();
                break;
            }

            if (reader.Remaining < 5)
            {
                break;
            }

            reader.TryU8(out byte type);
            reader.TryU16(out ushort version);
            reader.TryU16(out ushort length);
            if (length > MaxRecordPayload)
            {
                answer = Stop($"a record claims {length} bytes");
                break;
            }

            if (!reader.TryBytes(length, out ReadOnlySpan<byte> payload))
            {
                break;
            }

            _sawRecord = true;
            _recordVersion = (TlsVersion)version;
            start += 5 + length;
            answer = ReadRecord(type, payload);
        }

        _buffer.AsSpan(start, _length - start).CopyTo(_buffer);
        _length -= start;
        return answer;
    }

    private HelloAnswer? ReadRecord(byte type, ReadOnlySpan<byte> payload) => type switch
    {
        21 => ReadAlert(payload),
        22 => ReadHandshake(payload),
        20 when _flight is not null => Finish("ChangeCipherSpec before ServerHelloDone"),
        24 => null,
        _ => Stop($"a record of type {type} before the handshake's keys"),
    };

    private HelloAnswer? ReadAlert(ReadOnlySpan<byte> payload)
    {
        foreach (byte part in payload)
        {
            _alert[_alertLength++] = part;
            if (_alertLength < 2)
            {
                continue;
            }

            _alertLength = 0;
            var alert = new TlsAlert(_alert[0], _alert[1]);
            if (alert.Level == 1 && !alert.IsCloseNotify)
            {
                _warning ??= alert;
                continue;
            }

            return _flight is null ? new HelloAnswer.Alerted(alert) : Finish($"alert {alert} within the flight");
        }

        return null;
    }

    private HelloAnswer? ReadHandshake(ReadOnlySpan<byte> payload)
    {
        _messages.Append(payload);
        while (_messages.TryTake(out HandshakeMessage message))
        {
            if (Read(message) is { } answer)
            {
                return answer;
            }
        }

        return _messages.Defect is { } defect ? Stop(defect) : null;
    }

    private HelloAnswer? Read(HandshakeMessage message)
    {
        if (message.Type == HandshakeType.HelloRequest)
        {
            return null;
        }

        return _flight is { } flight ? ReadRest(flight, message) : ReadServerHello(message);
    }

    private HelloAnswer? ReadServerHello(HandshakeMessage message)
    {
        if (message.Type != HandshakeType.ServerHello)
        {
            return new HelloAnswer.Malformed($"a handshake message of type {(byte)message.Type} instead of the ServerHello");
        }

        if (!ServerHelloMessage.TryRead(message.Body, out ServerHelloMessage? hello))
        {
            return new HelloAnswer.Malformed("the ServerHello cannot be read");
        }

        if (hello.IsRetry)
        {
            return new HelloAnswer.Retry(hello.KeyShareGroup, hello.Suite, hello.Version, hello.Cookie);
        }

        bool keyShare = hello.KeyShareGroup is not null;
        _flight = new ServerFlight
        {
            Version = hello.Version,
            Suite = hello.Suite,
            Compression = hello.Compression,
            RecordVersion = _recordVersion,
            SessionId = hello.SessionId,
            Random = hello.Random,
            Extensions = hello.Extensions,
            Alpn = ExtensionList.Alpn(hello.Extensions),
            KeyExchange = keyShare
                ? new KeyExchangeFacts { Group = hello.KeyShareGroup, PublicValue = hello.KeyShare, PublicValueBits = hello.KeyShare.Length * 8 }
                : null,
        };
        return hello.Version >= TlsVersion.Tls13 || !_limits.ReadWholeFlight ? new HelloAnswer.ServerHello(_flight) : null;
    }

    private HelloAnswer? ReadRest(ServerFlight flight, HandshakeMessage message)
    {
        switch (message.Type)
        {
            case HandshakeType.Certificate when CertificateMessage.TryRead12(message.Body, out CertificateMessage? certificate):
                _flight = flight with { Certificates = certificate.Chain };
                return null;
            case HandshakeType.CertificateStatus:
                _flight = flight with { OcspResponse = CertificateMessage.ReadStatus(message.Body) };
                return null;
            case HandshakeType.ServerKeyExchange when flight.Suite.KeyExchange is not ("DHE" or "ECDHE" or "DH" or "ECDH" or "DHE_PSK" or "ECDHE_PSK"):
                // Export RSA, SRP and PSK hints: nothing here that we report.
                return null;
            case HandshakeType.ServerKeyExchange when ServerKeyExchangeMessage.TryRead(message.Body, flight.Suite, flight.Version, out ServerKeyExchangeMessage? exchange):
                _flight = flight with { KeyExchange = exchange.Facts };
                return null;
            case HandshakeType.CertificateRequest when CertificateRequestMessage.TryRead12(message.Body, flight.Version, out CertificateRequestFacts? request):
                _flight = flight with { CertificateRequest = request };
                return null;
            case HandshakeType.NewSessionTicket:
                return null;
            case HandshakeType.ServerHelloDone:
                return new HelloAnswer.ServerHello(flight with { IsComplete = true });
            default:
                return Finish($"the {message.Type} message cannot be read or does not belong here");
        }
    }

    private HelloAnswer Stop(string reason) => _flight is null ? new HelloAnswer.Malformed(reason) : Finish(reason);

    private HelloAnswer.ServerHello Finish(string defect) =>
        new((_flight ?? throw new InvalidOperationException("No flight to finish.")) with { Defect = defect });

    private HelloAnswer.NotTls NotTls() => new(ImmutableArray.Create(_buffer.AsSpan(0, Math.Min(64, _length))));
}
