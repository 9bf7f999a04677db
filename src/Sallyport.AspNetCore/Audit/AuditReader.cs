using System;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Audit;

/// <summary>Reads files of records in their order and holds each line against the chain.</summary>
internal sealed class AuditReader(AuditChain chain)
{
    private readonly Dictionary<long, AuditCheckpoint> _checkpoints = [];
    private bool _begun;

    /// <summary>The last good record; number 0 before the first.</summary>
    public AuditCheckpoint Head { get; private set; } = new(0, Octets.Of(chain.Start));

    /// <summary>How many records were good.</summary>
    public long Records { get; private set; }

    /// <summary>The line that was looked at last, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>How many octets of the file that was read last are whole good lines.</summary>
    public long GoodBytes { get; private set; }

    /// <summary>How many octets come after its last line end.</summary>
    public int PartialBytes { get; private set; }

    /// <summary>Takes what was exported earlier; false when two of them contradict each other.</summary>
    public bool Expect(AuditCheckpoint checkpoint) => _checkpoints.TryAdd(checkpoint.Sequence, checkpoint) || _checkpoints[checkpoint.Sequence] == checkpoint;

    /// <summary>Whether a checkpoint is for a record after the last one read.</summary>
    public bool IsBehindACheckpoint()
    {
        foreach (long sequence in _checkpoints.Keys)
        {
            if (sequence > Head.Sequence)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads one file.</summary>
    /// <param name="file">From its beginning.</param>
    /// <param name="anywhere">Whether the first record may continue what was not read.</param>
    /// <returns>The first fault, or null; a partial last line is none.</returns>
    public AuditFault? Read(Stream file, bool anywhere)
    {
        Line = 0;
        GoodBytes = 0;
        PartialBytes = 0;
        byte[] buffer = new byte[AuditLine.MaxBytes * 2];
        int held = 0;
        while (true)
        {
            int read = file.Read(buffer, held, buffer.Length - held);
            held += read;
            int start = 0;
            for (int end; (end = buffer.AsSpan(start, held - start).IndexOf((byte)'\n')) >= 0; start += end + 1)
            {
                Line++;
                if (Take(buffer.AsSpan(start, end + 1), anywhere) is { } fault)
                {
                    return fault;
                }

                GoodBytes += end + 1;
            }

            buffer.AsSpan(start, held - start).CopyTo(buffer);
            held -= start;
            if (read == 0)
            {
                PartialBytes = held;
                return null;
            }

            if (held > AuditLine.MaxBytes)
            {
                Line++;
                return AuditFault.Malformed;
            }
        }
    }

    private AuditFault? Take(ReadOnlySpan<byte> line, bool anywhere)
    {
        int tail = AuditLine.ChainField.Length + AuditChain.TextLength + AuditLine.End.Length;
        if (line.Length <= tail
            || !line[^tail..].StartsWith(AuditLine.ChainField)
            || !line.EndsWith(AuditLine.End)
            || !AuditChain.TryDecode(Encoding.ASCII.GetString(line[^(AuditLine.End.Length + AuditChain.TextLength)..^AuditLine.End.Length]), out byte[]? value)
            || !TryNumber(line, out long sequence))
        {
            return AuditFault.Malformed;
        }

        // The first line of every file says what stood before it; between the first file and the one that is read here there may be others.
        if (Line == 1)
        {
            if (!TryPrevious(line, out byte[]? previous))
            {
                return AuditFault.Malformed;
            }

            if (Begin(sequence - 1, previous, anywhere) is { } fault)
            {
                return fault;
            }
        }

        if (sequence != Head.Sequence + 1)
        {
            return AuditFault.SequenceBroken;
        }

        byte[] expected = chain.Next(Head.Head.Span, line[..^tail]);
        if (!CryptographicOperations.FixedTimeEquals(expected, value))
        {
            return AuditFault.ChainBroken;
        }

        Head = new AuditCheckpoint(sequence, Octets.Of(value));
        Records++;
        return _checkpoints.TryGetValue(sequence, out AuditCheckpoint checkpoint) && checkpoint != Head ? AuditFault.CheckpointMismatch : null;
    }

    private AuditFault? Begin(long before, byte[] previous, bool anywhere)
    {
        var claimed = new AuditCheckpoint(before, Octets.Of(previous));
        if (_begun || claimed == Head)
        {
            _begun = true;
            return claimed == Head ? null : before == Head.Sequence ? AuditFault.ChainBroken : AuditFault.SequenceBroken;
        }

        bool known = _checkpoints.TryGetValue(before, out AuditCheckpoint checkpoint) && checkpoint == claimed;
        if (!known && !anywhere)
        {
            return AuditFault.BeginningMissing;
        }

        _begun = true;
        Head = claimed;
        return null;
    }

    private static bool TryNumber(ReadOnlySpan<byte> line, out long sequence)
    {
        ReadOnlySpan<byte> prefix = "{\"seq\":"u8;
        sequence = 0;
        return line.StartsWith(prefix)
            && Utf8Parser.TryParse(line[prefix.Length..], out sequence, out int used)
            && line[(prefix.Length + used)..].StartsWith(",\"time\":\""u8)
            && sequence > 0;
    }

    private static bool TryPrevious(ReadOnlySpan<byte> line, [NotNullWhen(true)] out byte[]? previous)
    {
        previous = null;
        try
        {
            using var record = JsonDocument.Parse(line.ToArray());
            return record.RootElement.ValueKind == JsonValueKind.Object
                && record.RootElement.TryGetProperty("previous", out JsonElement text)
                && text.ValueKind == JsonValueKind.String
                && AuditChain.TryDecode(text.GetString(), out previous);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or text that is no Unicode.
            return false;
        }
    }
}
