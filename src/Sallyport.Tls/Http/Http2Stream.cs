using System;
using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;

namespace Sallyport.Tls.Http;

/// <summary>One request under way. The reading loop fills it; the first outcome stays.</summary>
internal sealed class Http2Stream(int id, HttpLimits limits, int sendWindow)
{
    private readonly TaskCompletionSource<HttpOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ArrayBufferWriter<byte> _body = new();
    private int _status;
    private int _interim;
    private ImmutableArray<HttpHeader> _headers = [];
    private ImmutableArray<HttpHeader> _trailers = [];

    internal int Id => id;

    internal HttpLimits Limits => limits;

    internal Task<HttpOutcome> Outcome => _outcome.Task;

    /// <summary>What the server still lets us send; guarded by the connection's lock.</summary>
    internal long SendWindow { get; set; } = sendWindow;

    /// <summary>Received bytes that no WINDOW_UPDATE has given back yet.</summary>
    internal int Unacknowledged { get; set; }

    /// <summary>Takes a header block; a text says what is wrong with it.</summary>
    internal string? TakeHeaders(ImmutableArray<HttpHeader> headers, bool end)
    {
        if (_status != 0)
        {
            if (!end)
            {
                return "a second header block that does not end the stream";
            }

            _trailers = headers;
            Finish(null);
            return null;
        }

        string? text = headers.Where(static header => header.Name == ":status").Select(static header => header.Value).FirstOrDefault();
        if (text is not { Length: 3 } || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int status) || status < 100)
        {
            return "an answer without a proper :status";
        }

        if (status < 200)
        {
            return end || ++_interim > limits.MaxInterimAnswers ? "too many interim answers, or nothing after one" : null;
        }

        _status = status;
        _headers = [.. headers.Where(static header => !header.Name.StartsWith(':'))];
        if (end)
        {
            Finish(null);
        }

        return null;
    }

    /// <summary>Takes body bytes; a text says what is wrong, and false that the limit is reached.</summary>
    internal (string? Defect, bool Full) TakeData(ReadOnlySpan<byte> data, bool end)
    {
        if (_status == 0)
        {
            return ("DATA before HEADERS", false);
        }

        int room = limits.MaxBodyBytes - _body.WrittenCount;
        _body.Write(data[..Math.Min(room, data.Length)]);
        if (data.Length > room)
        {
            Finish($"longer than {limits.MaxBodyBytes} bytes", tooLong: true);
            return (null, true);
        }

        if (end)
        {
            Finish(null);
        }

        return (null, false);
    }

    /// <summary>Ends the stream: with the answer when its head is there, otherwise with the given outcome.</summary>
    internal void Stop(HttpOutcome otherwise, string reason)
    {
        if (_status != 0)
        {
            Finish(reason);
        }
        else
        {
            _outcome.TrySetResult(otherwise);
        }
    }

    private void Finish(string? defect, bool tooLong = false) => _outcome.TrySetResult(new HttpOutcome.Answered(new HttpAnswer
    {
        Status = _status,
        Version = "HTTP/2",
        Headers = _headers,
        Trailers = _trailers,
        Body = _body.WrittenMemory.ToArray(),
        BodyTruncated = defect is not null,
        BodyTooLong = tooLong,
        BodyDefect = defect,
    }));
}
