using System;
using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Tls.Http;

/// <summary>Reads one answer; everything that goes wrong after a whole head is a defect of the body, not of the answer.</summary>
internal sealed class Http1AnswerReader(ChannelBuffer buffer, string method, HttpLimits limits)
{
    /// <summary>Bytes of one chunk-size line, extensions included.</summary>
    private const int MaxChunkLine = 4096;

    private readonly ArrayBufferWriter<byte> _body = new();
    private bool _tooLong;
    private ImmutableArray<HttpHeader> _trailers = [];
    private long _overhead;

    /// <summary>Whether the answer ended where it said and the connection stays open.</summary>
    internal bool CanGoOn { get; private set; }

    internal async Task<HttpOutcome> ReadAsync(CancellationToken cancellationToken)
    {
        for (int interim = 0; interim <= limits.MaxInterimAnswers; interim++)
        {
            (Http1Head? head, HttpOutcome? failure) = await ReadHeadAsync(cancellationToken).ConfigureAwait(false);
            if (head is null)
            {
                return failure ?? new HttpOutcome.TimedOut();
            }

            if (head.Status >= 200 || head.Status == 101)
            {
                return await ReadBodyAsync(head, cancellationToken).ConfigureAwait(false);
            }
        }

        return new HttpOutcome.Malformed($"more than {limits.MaxInterimAnswers} interim answers");
    }

    private async Task<(Http1Head? Head, HttpOutcome? Failure)> ReadHeadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            (Http1Head? head, HttpOutcome? failure) = TakeHead();
            if (head is not null || failure is not null)
            {
                return (head, failure);
            }

            ChannelRead? read = await FillAsync(cancellationToken).ConfigureAwait(false);
            if (read is not ChannelRead.Data)
            {
                return (null, Failure(read));
            }
        }
    }

    private (Http1Head? Head, HttpOutcome? Failure) TakeHead()
    {
        ReadOnlySpan<byte> available = buffer.Available;
        if (!Http1Head.CanBegin(available))
        {
            return (null, new HttpOutcome.Malformed("the answer does not begin with a status line"));
        }

        int end = Http1Head.FindEnd(available[..Math.Min(available.Length, limits.MaxHeadBytes)]);
        if (end == 0)
        {
            return (null, available.Length >= limits.MaxHeadBytes ? new HttpOutcome.Malformed($"a head of more than {limits.MaxHeadBytes} bytes") : null);
        }

        if (!Http1Head.TryRead(available[..end], out Http1Head? head, out string? defect))
        {
            return (null, new HttpOutcome.Malformed(defect));
        }

        buffer.Consume(end);
        return (head, null);
    }

    private HttpOutcome Failure(ChannelRead? read) => read switch
    {
        null => new HttpOutcome.TimedOut(),
        ChannelRead.Alerted { Alert.IsCloseNotify: false } alerted => new HttpOutcome.Alerted(alerted.Alert),
        ChannelRead.Alerted => new HttpOutcome.Closed(buffer.Available.Length) { Orderly = true },
        ChannelRead.Malformed malformed => new HttpOutcome.Malformed(malformed.Reason),
        _ => new HttpOutcome.Closed(buffer.Available.Length),
    };

    private async Task<HttpOutcome> ReadBodyAsync(Http1Head head, CancellationToken cancellationToken)
    {
        Http1Framing framing = Http1Framing.Of(head, method);
        string? defect = framing switch
        {
            Http1Framing.Length length => await ReadLengthAsync(length.Bytes, cancellationToken).ConfigureAwait(false),
            Http1Framing.Chunked => await ReadChunksAsync(cancellationToken).ConfigureAwait(false),
            Http1Framing.UntilClose => await ReadToEndAsync(cancellationToken).ConfigureAwait(false),
            Http1Framing.Unclear unclear => unclear.Reason,
            _ => null,
        };
        CanGoOn = defect is null && Persists(head) && framing is Http1Framing.Length or Http1Framing.Empty or Http1Framing.Chunked { Ambiguous: false };
        return new HttpOutcome.Answered(new HttpAnswer
        {
            Status = head.Status,
            Reason = head.Reason,
            Version = head.Version,
            Headers = head.Headers,
            Trailers = _trailers,
            Body = _body.WrittenMemory.ToArray(),
            BodyTruncated = defect is not null,
            BodyTooLong = _tooLong,
            BodyDefect = defect,
        });
    }

    private static bool Persists(Http1Head head)
    {
        string[] options = Http1Framing.Values(head, "connection");
        return head.Status != 101
            && !options.Contains("close", StringComparer.OrdinalIgnoreCase)
            && (head.Version == "HTTP/1.1" || options.Contains("keep-alive", StringComparer.OrdinalIgnoreCase));
    }

    private async Task<string?> ReadLengthAsync(long length, CancellationToken cancellationToken)
    {
        while (length > 0)
        {
            if (buffer.Available.IsEmpty && await FillBodyAsync(cancellationToken).ConfigureAwait(false) is { } defect)
            {
                return defect;
            }

            int count = (int)Math.Min(length, buffer.Available.Length);
            if (Keep(count) is { } full)
            {
                return full;
            }

            length -= count;
        }

        return null;
    }

    private async Task<string?> ReadToEndAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Keep(buffer.Available.Length) is { } full)
            {
                return full;
            }

            ChannelRead? read = await FillAsync(cancellationToken).ConfigureAwait(false);
            if (read is ChannelRead.Closed or ChannelRead.Alerted { Alert.IsCloseNotify: true })
            {
                return null;
            }

            if (read is not ChannelRead.Data)
            {
                return Explain(read);
            }
        }
    }

    private async Task<string?> ReadChunksAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            (long size, string? defect) = await ReadChunkSizeAsync(cancellationToken).ConfigureAwait(false);
            defect ??= size == 0
                ? await ReadTrailersAsync(cancellationToken).ConfigureAwait(false)
                : await ReadLengthAsync(size, cancellationToken).ConfigureAwait(false);
            if (defect is not null || size == 0)
            {
                return defect;
            }

            (string? line, defect) = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
            if (defect is not null || line is not "")
            {
                return defect ?? "a chunk does not end where its size says";
            }
        }
    }

    private async Task<(long Size, string? Defect)> ReadChunkSizeAsync(CancellationToken cancellationToken)
    {
        (string? line, string? defect) = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
        if (line is null)
        {
            return (0, defect);
        }

        int extension = line.IndexOf(';', StringComparison.Ordinal);
        ReadOnlySpan<char> digits = (extension < 0 ? line : line.AsSpan(0, extension)).TrimEnd(" \t");
        return digits.Length is > 0 and <= 16 && long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long size) && size >= 0
            ? (size, null)
            : (0, "a chunk size that is no number");
    }

    private async Task<string?> ReadTrailersAsync(CancellationToken cancellationToken)
    {
        ImmutableArray<HttpHeader>.Builder trailers = ImmutableArray.CreateBuilder<HttpHeader>();
        while (true)
        {
            (string? line, string? defect) = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
            if (line is null or "")
            {
                _trailers = trailers.ToImmutable();
                return defect;
            }

            if (!Http1Head.TryReadHeaders(System.Text.Encoding.Latin1.GetBytes(line), out ImmutableArray<HttpHeader> header, out defect))
            {
                return defect;
            }

            trailers.AddRange(header);
        }
    }

    private async Task<(string? Line, string? Defect)> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            int end = buffer.Available.IndexOf((byte)'\n');
            if (end >= 0 && end <= MaxChunkLine)
            {
                string line = System.Text.Encoding.Latin1.GetString(buffer.Available[..end]).TrimEnd('\r');
                buffer.Consume(end + 1);
                _overhead += end + 1;
                return _overhead > limits.MaxBodyBytes + (long)limits.MaxHeadBytes ? (null, "chunk framing without end") : (line, null);
            }

            if (buffer.Available.Length > MaxChunkLine)
            {
                return (null, "a chunk line without end");
            }

            if (await FillBodyAsync(cancellationToken).ConfigureAwait(false) is { } defect)
            {
                return (null, defect);
            }
        }
    }

    /// <summary>Moves bytes into the kept body; a text when the limit is reached.</summary>
    private string? Keep(int count)
    {
        int room = limits.MaxBodyBytes - _body.WrittenCount;
        _body.Write(buffer.Available[..Math.Min(count, room)]);
        buffer.Consume(Math.Min(count, room));
        _tooLong |= count > room;
        return _tooLong ? $"longer than {limits.MaxBodyBytes} bytes" : null;
    }

    private async Task<string?> FillBodyAsync(CancellationToken cancellationToken)
    {
        ChannelRead? read = await FillAsync(cancellationToken).ConfigureAwait(false);
        return read is ChannelRead.Data ? null : Explain(read);
    }

    /// <summary>Null means that the time is over (or the caller cancelled, which the connection tells apart).</summary>
    private async ValueTask<ChannelRead?> FillAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await buffer.FillAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static string Explain(ChannelRead? read) => read switch
    {
        null => "the rest did not come in time",
        ChannelRead.Alerted alerted => $"alert {alerted.Alert} within the body",
        ChannelRead.Malformed malformed => malformed.Reason,
        _ => "the connection ended within the body",
    };
}
