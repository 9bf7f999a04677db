using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Threading;

namespace Sallyport.Tls.Client;

/// <summary>What was said on one connection, message by message, for evidence.</summary>
/// <remarks>Grows while the session is read. Bounded: after <see cref="Capacity"/> entries only the count goes on.</remarks>
public sealed class Transcript
{
    /// <summary>How many entries are kept.</summary>
    public const int Capacity = 512;

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Lock _gate = new();
    private ImmutableArray<TranscriptEntry> _entries = [];
    private int _dropped;

    /// <summary>Starts the clock of a connection.</summary>
    /// <param name="time">Where the time comes from.</param>
    public Transcript(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _start = time.GetTimestamp();
    }

    /// <summary>The messages so far, oldest first.</summary>
    public ImmutableArray<TranscriptEntry> Entries
    {
        get
        {
            lock (_gate)
            {
                return _entries;
            }
        }
    }

    /// <summary>Writes the transcript as text, one line for each message.</summary>
    /// <returns>Lines such as <c>12.3 ms  &lt; Alert (2 bytes) fatal 116 certificate_required</c>.</returns>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (TranscriptEntry entry in Entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"{entry.Offset.TotalMilliseconds,8:0.0} ms  ")
                .Append(entry.Direction == TranscriptDirection.Sent ? "> " : "< ")
                .Append(CultureInfo.InvariantCulture, $"{entry.Message} ({entry.Length} bytes)");
            if (entry.Detail.Length > 0)
            {
                text.Append(' ').Append(entry.Detail);
            }

            text.Append('\n');
        }

        if (Volatile.Read(ref _dropped) is > 0 and int dropped)
        {
            text.Append(CultureInfo.InvariantCulture, $"… and {dropped} more\n");
        }

        return text.ToString();
    }

    /// <summary>Says how long the transcript is.</summary>
    /// <returns>One short line.</returns>
    public override string ToString() => $"Transcript {{ {Entries.Length} messages }}";

    internal void Add(TranscriptDirection direction, string message, int length, string detail = "")
    {
        lock (_gate)
        {
            if (_entries.Length < Capacity)
            {
                _entries = _entries.Add(new TranscriptEntry(_time.GetElapsedTime(_start), direction, message, length, detail));
            }
            else
            {
                _dropped++;
            }
        }
    }

    internal void Sent(string message, int length, string detail = "") => Add(TranscriptDirection.Sent, message, length, detail);

    internal void Received(string message, int length, string detail = "") => Add(TranscriptDirection.Received, message, length, detail);
}
