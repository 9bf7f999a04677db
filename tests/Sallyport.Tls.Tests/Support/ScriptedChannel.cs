using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Tls.Tests.Support;

/// <summary>A channel whose peer says what the test wrote down, in pieces, and then ends (or never does).</summary>
internal sealed class ScriptedChannel : ByteChannel
{
    private readonly Queue<byte[]> _pieces = new();
    private readonly ChannelRead? _end;
    private readonly bool _repeat;
    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _rest = [];

    internal ScriptedChannel(IEnumerable<byte[]> pieces, ChannelRead? end, bool repeat = false)
    {
        foreach (byte[] piece in pieces)
        {
            _pieces.Enqueue(piece);
        }

        _end = end;
        _repeat = repeat;
    }

    internal MemoryStream Written { get; } = new();

    /// <summary>Bytes handed out so far: shows whether a reader stopped in time.</summary>
    internal long Delivered { get; private set; }

    /// <summary>When the peer begins to speak, judged by all that was written to it; at once by default.</summary>
    internal Func<byte[], bool>? SpeaksWhen { get; init; }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Written.Write(bytes.Span);
        if (!_heard.Task.IsCompleted && SpeaksWhen?.Invoke(Written.ToArray()) == true)
        {
            _heard.TrySetResult();
        }

        return ValueTask.CompletedTask;
    }

    public override async ValueTask<ChannelRead> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        buffer.IsEmpty.ShouldBeFalse();
        if (SpeaksWhen is not null)
        {
            await _heard.Task.WaitAsync(cancellationToken);
        }

        while (_rest.Length == 0)
        {
            if (!_pieces.TryDequeue(out byte[]? next))
            {
                if (_end is not null)
                {
                    return _end;
                }

                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            _rest = next ?? [];
            if (_repeat)
            {
                _pieces.Enqueue(_rest);
            }
        }

        int count = Math.Min(buffer.Length, _rest.Length);
        _rest.AsSpan(0, count).CopyTo(buffer.Span);
        _rest = _rest[count..];
        Delivered += count;
        return new ChannelRead.Data(count);
    }

    public override ValueTask DisposeAsync() => Written.DisposeAsync();
}
