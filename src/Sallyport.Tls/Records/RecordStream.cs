using System;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Tls.Records;

/// <summary>Cuts a stream into records, and protects them once there are keys.</summary>
/// <remarks>One reader; writers are put in order here. Never allocates by a length that was not checked.</remarks>
internal sealed class RecordStream : IAsyncDisposable
{
    private const int MaxBody = RecordProtection.MaxPlaintext + 2048;
    private readonly Stream _stream;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly byte[] _buffer = new byte[5 + MaxBody];
    private int _start;
    private int _end;
    private bool _disposed;

    internal RecordStream(Stream stream) => _stream = stream;

    internal Stream Stream => _stream;

    /// <summary>The version written into records.</summary>
    internal ushort WriteVersion { get; set; } = 0x0301;

    internal RecordProtection? ReadProtection { get; private set; }

    internal RecordProtection? WriteProtection { get; private set; }

    /// <summary>Whether records that our keys do not open are dropped in silence: refused early data on a server's side.</summary>
    internal bool SkipUndecryptable { get; set; }

    /// <summary>How many records were read, empty and skipped ones too.</summary>
    internal int RecordsRead { get; private set; }

    /// <summary>Whether a write failed because the peer has gone.</summary>
    internal bool WriteFailed { get; private set; }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _stream.DisposeAsync().ConfigureAwait(false);

        // A writer that hung was freed by closing the stream; it must be out before the lock goes.
        await _writing.WaitAsync().ConfigureAwait(false);
        ReadProtection?.Dispose();
        WriteProtection?.Dispose();
        _writing.Dispose();
    }

    internal void ProtectReading(RecordProtection? protection)
    {
        ReadProtection?.Dispose();
        ReadProtection = protection;
    }

    /// <summary>Changes the sending keys; call it only when no other writer can run, or as what follows an <see cref="OutgoingPart"/>.</summary>
    internal void ProtectWriting(RecordProtection? protection)
    {
        WriteProtection?.Dispose();
        WriteProtection = protection;
    }

    /// <summary>Writes content as records of at most 16 KB.</summary>
    /// <param name="type">Content type.</param>
    /// <param name="content">The content; empty gives one empty record.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <param name="after">Runs under the write lock after the content was sealed: a change of keys.</param>
    internal ValueTask WriteAsync(byte type, ReadOnlyMemory<byte> content, CancellationToken cancellationToken, Action? after = null) =>
        WriteAsync([new OutgoingPart(type, content, after)], cancellationToken);

    /// <summary>Writes several parts in one go, each with its change of keys after it.</summary>
    internal async ValueTask WriteAsync(ImmutableArray<OutgoingPart> parts, CancellationToken cancellationToken)
    {
        if (_disposed)
        {
            return;
        }

        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var bytes = new MemoryStream();
            foreach (OutgoingPart part in parts)
            {
                SealAll(bytes, part.Type, part.Content.Span);
                part.After?.Invoke();
            }

            await WriteRawUnlockedAsync(bytes.ToArray(), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Writes bytes that are records already.</summary>
    internal async ValueTask WriteRawAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await WriteRawUnlockedAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Reads the next record.</summary>
    internal async ValueTask<RecordRead> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!await FillAsync(5, cancellationToken).ConfigureAwait(false))
            {
                return new RecordRead.Closed();
            }

            byte type = _buffer[_start];
            ushort version = BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start + 1));
            int length = BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start + 3));
            if (type is < RecordType.ChangeCipherSpec or > RecordType.Heartbeat || version >> 8 != 3)
            {
                return new RecordRead.Malformed($"not a TLS record: it begins with {Convert.ToHexString(_buffer.AsSpan(_start, 5))}");
            }

            if (length > MaxBody)
            {
                return new RecordRead.Malformed($"a record of {length} bytes");
            }

            if (!await FillAsync(5 + length, cancellationToken).ConfigureAwait(false))
            {
                return new RecordRead.Closed();
            }

            RecordRead? read = Open(type, version, _buffer.AsSpan(_start + 5, length));
            _start += 5 + length;
            RecordsRead++;
            if (read is not null)
            {
                return read;
            }
        }
    }

    private RecordRead? Open(byte type, ushort version, ReadOnlySpan<byte> body)
    {
        // TLS 1.3 lets an unprotected ChangeCipherSpec through at any time of the handshake (RFC 8446, section 5).
        bool plain = ReadProtection is null || (type == RecordType.ChangeCipherSpec && ReadProtection is Tls13Protection);
        if (plain)
        {
            return body.Length > RecordProtection.MaxPlaintext
                ? new RecordRead.Malformed($"a plain record of {body.Length} bytes")
                : SkipUndecryptable && type == RecordType.ApplicationData ? null : new RecordRead.Record(type, version, body.ToArray());
        }

        if (type == RecordType.Alert && ReadProtection is Tls13Protection && body.Length == 2)
        {
            // A server that could not make keys, or did not want ours, says so in the clear.
            return new RecordRead.Record(type, version, body.ToArray());
        }

        OpenedRecord? opened = ReadProtection?.Open(type, version, body);
        return opened is { } record
            ? new RecordRead.Record(record.Type, version, record.Plaintext)
            : SkipUndecryptable ? null : new RecordRead.Malformed("a record that does not decrypt");
    }

    private void SealAll(MemoryStream all, byte type, ReadOnlySpan<byte> content)
    {
        do
        {
            ReadOnlySpan<byte> part = content[..Math.Min(content.Length, RecordProtection.MaxPlaintext)];
            content = content[part.Length..];
            if (WriteProtection is { } protection)
            {
                all.Write(protection.Seal(type, WriteVersion, part));
            }
            else
            {
                Span<byte> header = [type, (byte)(WriteVersion >> 8), (byte)WriteVersion, (byte)(part.Length >> 8), (byte)part.Length];
                all.Write(header);
                all.Write(part);
            }
        }
        while (!content.IsEmpty);
    }

    private async ValueTask WriteRawUnlockedAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (WriteFailed)
        {
            return;
        }

        try
        {
            await _stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The peer refused before we had said all. Its reason may still wait on the read side, so reading decides.
            WriteFailed = true;
        }
        catch (OperationCanceledException)
        {
            // Half a record may be out: whatever followed it would be garbage to the peer.
            WriteFailed = true;
            throw;
        }
    }

    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        if (_start > 0 && _buffer.Length - _start < count)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        while (_end - _start < count)
        {
            try
            {
                int read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return false;
                }

                _end += read;
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>Content to be sent, and what changes right after it.</summary>
internal sealed record OutgoingPart(byte Type, ReadOnlyMemory<byte> Content, Action? After = null);
