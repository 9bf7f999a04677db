using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Sallyport.Tls.Http.Hpack;

namespace Sallyport.Tls.Http;

/// <summary>What both directions of one HTTP/2 connection share: streams, windows, the queue of outgoing frames, and how it ended.</summary>
internal sealed class Http2Session
{
    /// <summary>Frames that we owe the server (acknowledgements, windows) while it reads nothing.</summary>
    private const int MaxOwedBytes = 256 * 1024;

    private const int DefaultWindow = 65_535;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Http2Stream> _streams = [];
    private readonly Channel<byte[]> _outgoing = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
    private TaskCompletionSource _changed = NewSignal();
    private TaskCompletionSource? _pong;
    private HttpOutcome? _over;
    private long _sendWindow = DefaultWindow;
    private int _initialWindow = DefaultWindow;
    private int _nextId = 1;
    private int _owed;

    internal bool CanOpen
    {
        get
        {
            lock (_gate)
            {
                return _over is null && _nextId < int.MaxValue - 2;
            }
        }
    }

    internal ChannelReader<byte[]> Outgoing => _outgoing.Reader;

    /// <summary>Frames without progress since the last stream was opened; only the reading loop counts it up.</summary>
    internal int Idle { get; set; }

    /// <summary>Opens a stream and queues its header block; null with the outcome when the connection has ended.</summary>
    internal (Http2Stream? Stream, HttpOutcome? Refused) Open(RawHttpRequest request, HttpLimits limits, bool endStream)
    {
        byte[] block = HpackEncoder.Encode(Http2Headers.Of(request));
        lock (_gate)
        {
            if (_over is { } over)
            {
                return (null, over);
            }

            var stream = new Http2Stream(_nextId, limits, _initialWindow);
            _streams.Add(_nextId, stream);
            Idle = 0;
            Queue(HeaderFrames(_nextId, block, endStream));
            _nextId += 2;
            return (stream, null);
        }
    }

    internal void Queue(byte[] frames) => _outgoing.Writer.TryWrite(frames);

    /// <summary>Queues what the server made us send; false when it has stopped reading and keeps asking.</summary>
    internal bool QueueOwed(byte[] frame)
    {
        Queue(frame);
        return Interlocked.Add(ref _owed, frame.Length) <= MaxOwedBytes;
    }

    /// <summary>The queue has been written out.</summary>
    internal void Flushed() => Interlocked.Exchange(ref _owed, 0);

    /// <summary>Bytes that may be sent on a stream now, taken from both windows; otherwise a task that ends when that may have changed.</summary>
    internal (int Count, Task Changed) TakeWindow(Http2Stream stream, int wanted)
    {
        lock (_gate)
        {
            int count = (int)Math.Clamp(Math.Min(Math.Min(_sendWindow, stream.SendWindow), Http2Frame.MaxPayload), 0, wanted);
            _sendWindow -= count;
            stream.SendWindow -= count;
            return (count, count > 0 || stream.Outcome.IsCompleted ? Task.CompletedTask : _changed.Task);
        }
    }

    /// <summary>Acts on a stream under the lock; forgets it when that gave its outcome. Null for a stream that has ended.</summary>
    internal T? With<T>(int id, Func<Http2Stream, T> act)
    {
        lock (_gate)
        {
            if (!_streams.TryGetValue(id, out Http2Stream? stream))
            {
                return default;
            }

            T result = act(stream);
            if (stream.Outcome.IsCompleted)
            {
                _streams.Remove(id);
                Signal();
            }

            return result;
        }
    }

    /// <summary>Whether we have ever opened the stream.</summary>
    internal bool HasOpened(int id)
    {
        lock (_gate)
        {
            return id > 0 && (id & 1) == 1 && id < _nextId;
        }
    }

    internal HttpLimits LimitsOf(int id)
    {
        lock (_gate)
        {
            return _streams.TryGetValue(id, out Http2Stream? stream) ? stream.Limits : HttpLimits.Default;
        }
    }

    /// <summary>WINDOW_UPDATE; false when the window would exceed 2^31-1.</summary>
    internal bool Widen(int id, int increment)
    {
        lock (_gate)
        {
            long window = int.MaxValue;
            if (id == 0)
            {
                window = _sendWindow += increment;
            }
            else if (_streams.TryGetValue(id, out Http2Stream? stream))
            {
                window = stream.SendWindow += increment;
            }

            Signal();
            return window <= int.MaxValue;
        }
    }

    /// <summary>SETTINGS_INITIAL_WINDOW_SIZE: changes open streams by the difference.</summary>
    internal void SetInitialWindow(int size)
    {
        lock (_gate)
        {
            foreach (Http2Stream stream in _streams.Values)
            {
                stream.SendWindow += size - _initialWindow;
            }

            _initialWindow = size;
            Signal();
        }
    }

    /// <summary>Asks the server to answer a PING; the task ends with its answer or with the connection.</summary>
    internal Task PingAsync()
    {
        lock (_gate)
        {
            if (_over is not null)
            {
                return Task.CompletedTask;
            }

            if (_pong is null)
            {
                _pong = NewSignal();
                Queue(Http2Frame.Write(Http2Frame.Ping, 0, 0, "together"u8));
            }

            return _pong.Task;
        }
    }

    internal void Pong()
    {
        lock (_gate)
        {
            _pong?.TrySetResult();
            _pong = null;
        }
    }

    /// <summary>GOAWAY: streams above the last one that the server will handle have their outcome; no new ones open.</summary>
    internal void GoAway(int last, uint code)
    {
        lock (_gate)
        {
            _over ??= new HttpOutcome.GoAway(code);
            foreach (int id in _streams.Keys.Where(id => id > last).ToImmutableArray())
            {
                _streams[id].Stop(new HttpOutcome.GoAway(code), $"GOAWAY with {code}");
                _streams.Remove(id);
            }

            Signal();
        }
    }

    /// <summary>The connection is over for all.</summary>
    internal void End(HttpOutcome outcome, string reason)
    {
        lock (_gate)
        {
            // A server that said GOAWAY with an error and then closed has given its reason.
            HttpOutcome told = outcome is HttpOutcome.Closed && _over is HttpOutcome.GoAway { ErrorCode: > 0 } ? _over : outcome;
            _over ??= told;
            foreach (Http2Stream stream in _streams.Values)
            {
                stream.Stop(told, reason);
            }

            _streams.Clear();
            _pong?.TrySetResult();
            _outgoing.Writer.TryComplete();
            Signal();
        }
    }

    private static byte[] HeaderFrames(int id, byte[] block, bool endStream)
    {
        byte end = endStream ? Http2Frame.EndStream : (byte)0;
        if (block.Length <= Http2Frame.MaxPayload)
        {
            return Http2Frame.Write(Http2Frame.Headers, (byte)(end | Http2Frame.EndHeaders), id, block);
        }

        byte[][] parts = [.. block.Chunk(Http2Frame.MaxPayload)];
        return [
            .. Http2Frame.Write(Http2Frame.Headers, end, id, parts[0]),
            .. parts.Skip(1).SelectMany((part, index) =>
                Http2Frame.Write(Http2Frame.Continuation, index == parts.Length - 2 ? Http2Frame.EndHeaders : (byte)0, id, part))];
    }

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
