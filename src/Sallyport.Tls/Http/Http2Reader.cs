using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls.Http.Hpack;

namespace Sallyport.Tls.Http;

/// <summary>Reads the server's frames and acts on them; the first breach of the rules ends the connection.</summary>
internal sealed class Http2Reader(ByteChannel channel, Http2Session session)
{
    /// <summary>Frames that bring nothing (PING, SETTINGS, empty DATA, unknown types …) for one request.</summary>
    private const int MaxIdleFrames = 10_000;

    /// <summary>CONTINUATION frames of one block: with 16 KiB each far more than a head may have.</summary>
    private const int MaxContinuations = 64;

    /// <summary>Received bytes after which the window is given back.</summary>
    private const int WindowStep = 32 * 1024;

    private readonly ChannelBuffer _buffer = new(channel);
    private readonly HpackDecoder _decoder = new();
    private readonly ArrayBufferWriter<byte> _block = new();
    private bool _started;
    private int _openBlock;
    private bool _blockEndsStream;
    private int _continuations;
    private int _unacknowledged;
    private long _received;

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        // The caller holds nothing while we read, even when the channel answers at once.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (true)
            {
                if (TakeFrames() is { } defect)
                {
                    session.End(new HttpOutcome.Malformed(defect), defect);
                    return;
                }

                ChannelRead read = await _buffer.FillAsync(cancellationToken).ConfigureAwait(false);
                if (read is not ChannelRead.Data data)
                {
                    (HttpOutcome outcome, string reason) = Explain(read);
                    session.End(outcome, reason);
                    return;
                }

                _received += data.Count;
            }
        }
        catch (OperationCanceledException)
        {
            session.End(new HttpOutcome.Closed(_received), "the connection was disposed of");
        }
    }

    private (HttpOutcome Outcome, string Reason) Explain(ChannelRead read) => read switch
    {
        ChannelRead.Alerted { Alert.IsCloseNotify: false } alerted => (new HttpOutcome.Alerted(alerted.Alert), $"alert {alerted.Alert}"),
        ChannelRead.Alerted => (new HttpOutcome.Closed(_received) { Orderly = true }, "the connection ended"),
        ChannelRead.Malformed malformed => (new HttpOutcome.Malformed(malformed.Reason), malformed.Reason),
        _ => (new HttpOutcome.Closed(_received), "the connection ended"),
    };

    private string? TakeFrames()
    {
        while (_buffer.Available.Length >= Http2Frame.HeaderSize)
        {
            ReadOnlySpan<byte> available = _buffer.Available;
            int length = (int)(BinaryPrimitives.ReadUInt32BigEndian(available) >> 8);
            byte type = available[3];
            byte flags = available[4];
            int id = BinaryPrimitives.ReadInt32BigEndian(available[5..]) & int.MaxValue;
            if (!_started && (type != Http2Frame.Settings || id != 0 || (flags & Http2Frame.Ack) != 0))
            {
                return "the server does not begin with SETTINGS: no HTTP/2";
            }

            if (length > Http2Frame.MaxPayload)
            {
                return $"a frame of {length} bytes";
            }

            if (available.Length < Http2Frame.HeaderSize + length)
            {
                return null;
            }

            _started = true;
            string? defect = Take(type, flags, id, available.Slice(Http2Frame.HeaderSize, length));
            if (defect is not null)
            {
                return defect;
            }

            _buffer.Consume(Http2Frame.HeaderSize + length);
        }

        return null;
    }

    private string? Take(byte type, byte flags, int id, ReadOnlySpan<byte> payload)
    {
        if ((_openBlock != 0) != (type == Http2Frame.Continuation) || (_openBlock != 0 && id != _openBlock))
        {
            return "a header block interrupted, or a CONTINUATION without one";
        }

        bool brings = type is Http2Frame.Headers or Http2Frame.Continuation || (type == Http2Frame.Data && payload.Length > 0);
        if (!brings && ++session.Idle > MaxIdleFrames)
        {
            return "frames without end that bring nothing";
        }

        return type switch
        {
            Http2Frame.Data => TakeData(flags, id, payload),
            Http2Frame.Headers => TakeHeaders(flags, id, payload),
            Http2Frame.Continuation => TakeContinuation(flags, payload),
            Http2Frame.Reset => TakeReset(id, payload),
            Http2Frame.Settings => TakeSettings(flags, id, payload),
            Http2Frame.Ping => TakePing(flags, id, payload),
            Http2Frame.GoAway => TakeGoAway(id, payload),
            Http2Frame.WindowUpdate => TakeWindowUpdate(id, payload),
            Http2Frame.PushPromise => "PUSH_PROMISE although we forbade it",
            _ => null,
        };
    }

    private string? TakeData(byte flags, int id, ReadOnlySpan<byte> payload)
    {
        if (!session.HasOpened(id))
        {
            return "DATA on a stream that we did not open";
        }

        int size = payload.Length;
        if (!TryUnpad(flags, ref payload))
        {
            return "DATA with more padding than there is";
        }

        _unacknowledged += size;
        if (_unacknowledged >= WindowStep)
        {
            bool reading = session.QueueOwed(Http2Frame.Number(Http2Frame.WindowUpdate, 0, (uint)_unacknowledged));
            _unacknowledged = 0;
            if (!reading)
            {
                return "the server does not read";
            }
        }

        bool end = (flags & Http2Frame.EndStream) != 0;
        ReadOnlySpan<byte> bytes = payload;
        byte[] data = bytes.ToArray();
        return session.With(id, stream => TakeData(stream, data, size, end));
    }

    private string? TakeData(Http2Stream stream, byte[] data, int size, bool end)
    {
        (string? defect, bool full) = stream.TakeData(data, end);
        if (defect is not null)
        {
            return defect;
        }

        if (full)
        {
            session.Queue(Http2Frame.Number(Http2Frame.Reset, stream.Id, Http2Frame.Cancel));
        }
        else if (!end && (stream.Unacknowledged += size) >= WindowStep)
        {
            session.Queue(Http2Frame.Number(Http2Frame.WindowUpdate, stream.Id, (uint)stream.Unacknowledged));
            stream.Unacknowledged = 0;
        }

        return null;
    }

    private string? TakeHeaders(byte flags, int id, ReadOnlySpan<byte> payload)
    {
        if (!session.HasOpened(id))
        {
            return "HEADERS on a stream that we did not open";
        }

        if (!TryUnpad(flags, ref payload) || ((flags & Http2Frame.HasPriority) != 0 && payload.Length < 5))
        {
            return "HEADERS with more padding than there is";
        }

        _block.Clear();
        _continuations = 0;
        _openBlock = id;
        _blockEndsStream = (flags & Http2Frame.EndStream) != 0;
        return TakeBlock(flags, (flags & Http2Frame.HasPriority) != 0 ? payload[5..] : payload);
    }

    private string? TakeContinuation(byte flags, ReadOnlySpan<byte> payload) =>
        ++_continuations > MaxContinuations ? "CONTINUATION frames without end" : TakeBlock(flags, payload);

    private string? TakeBlock(byte flags, ReadOnlySpan<byte> part)
    {
        int limit = session.LimitsOf(_openBlock).MaxHeadBytes;
        if (_block.WrittenCount + part.Length > limit)
        {
            return $"a header block of more than {limit} bytes";
        }

        _block.Write(part);
        if ((flags & Http2Frame.EndHeaders) == 0)
        {
            return null;
        }

        int id = _openBlock;
        _openBlock = 0;
        if (!_decoder.TryDecode(_block.WrittenSpan, limit, out ImmutableArray<HttpHeader> headers))
        {
            return $"a header block that cannot be read or exceeds {limit} bytes";
        }

        return session.With(id, stream => stream.TakeHeaders(headers, _blockEndsStream));
    }

    private string? TakeReset(int id, ReadOnlySpan<byte> payload)
    {
        if (!session.HasOpened(id) || payload.Length != 4)
        {
            return "an RST_STREAM of no stream of ours, or of a wrong size";
        }

        uint code = BinaryPrimitives.ReadUInt32BigEndian(payload);
        session.With(id, stream =>
        {
            stream.Stop(new HttpOutcome.StreamReset(code), $"the stream was reset with {code}");
            return true;
        });
        return null;
    }

    private string? TakeSettings(byte flags, int id, ReadOnlySpan<byte> payload)
    {
        bool ack = (flags & Http2Frame.Ack) != 0;
        if (id != 0 || (ack && payload.Length > 0) || payload.Length % 6 != 0)
        {
            return "SETTINGS of a wrong size or on a stream";
        }

        if (ack)
        {
            return null;
        }

        for (; payload.Length >= 6; payload = payload[6..])
        {
            uint value = BinaryPrimitives.ReadUInt32BigEndian(payload[2..]);

            // Only SETTINGS_INITIAL_WINDOW_SIZE changes what we send: our blocks use no table, our frames stay at 16 KiB.
            if (BinaryPrimitives.ReadUInt16BigEndian(payload) == 4)
            {
                if (value > int.MaxValue)
                {
                    return "an initial window above 2^31-1";
                }

                session.SetInitialWindow((int)value);
            }
        }

        return session.QueueOwed(Http2Frame.Write(Http2Frame.Settings, Http2Frame.Ack, 0, [])) ? null : "the server does not read";
    }

    private string? TakePing(byte flags, int id, ReadOnlySpan<byte> payload)
    {
        if (id != 0 || payload.Length != 8)
        {
            return "a PING of a wrong size or on a stream";
        }

        if ((flags & Http2Frame.Ack) != 0)
        {
            session.Pong();
            return null;
        }

        return session.QueueOwed(Http2Frame.Write(Http2Frame.Ping, Http2Frame.Ack, 0, payload)) ? null : "the server does not read";
    }

    private string? TakeGoAway(int id, ReadOnlySpan<byte> payload)
    {
        if (id != 0 || payload.Length < 8)
        {
            return "a GOAWAY of a wrong size or on a stream";
        }

        session.GoAway(BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue, BinaryPrimitives.ReadUInt32BigEndian(payload[4..]));
        return null;
    }

    private string? TakeWindowUpdate(int id, ReadOnlySpan<byte> payload)
    {
        if ((id != 0 && !session.HasOpened(id)) || payload.Length != 4)
        {
            return "a WINDOW_UPDATE of no stream of ours, or of a wrong size";
        }

        int increment = BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
        return increment > 0 && session.Widen(id, increment) ? null : "a WINDOW_UPDATE of zero, or above 2^31-1";
    }

    private static bool TryUnpad(byte flags, ref ReadOnlySpan<byte> payload)
    {
        if ((flags & Http2Frame.Padded) == 0)
        {
            return true;
        }

        if (payload.IsEmpty || payload[0] >= payload.Length)
        {
            return false;
        }

        payload = payload[1..^payload[0]];
        return true;
    }
}
