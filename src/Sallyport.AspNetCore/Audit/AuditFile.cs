using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Audit;

/// <summary>The log's current file: opened, mended after a crash, appended to in groups, closed when it is full. For one thread at a time.</summary>
internal sealed class AuditFile : IDisposable
{
    private readonly string _path;
    private readonly long _maxBytes;
    private readonly bool _flush;
    private readonly AuditChain _chain;
    private readonly FileStream _lock;
    private readonly ArrayBufferWriter<byte> _buffer = new(65_536);
    private SafeFileHandle? _handle;
    private long _length;
    private long _first;
    private bool _dirty;

    private AuditFile(string path, AuditOptions options, AuditChain chain, FileStream held)
    {
        _path = path;
        _maxBytes = options.MaxFileBytes;
        _flush = options.FlushToDisk;
        _chain = chain;
        _lock = held;
        Head = new AuditCheckpoint(0, Octets.Of(chain.Start));
    }

    /// <summary>The last record that the kernel has.</summary>
    public AuditCheckpoint Head { get; private set; }

    /// <summary>What was found and done when the log was opened; to be recorded first.</summary>
    public List<AuditEvent> Findings { get; } = [];

    /// <summary>Opens the log and finds where its chain goes on.</summary>
    /// <exception cref="AuditUnavailableException">It cannot be opened, or another process writes it.</exception>
    public static AuditFile Open(string path, AuditOptions options, AuditChain chain)
    {
        try
        {
            // Two writers would break the chain; the lock goes with the process, whatever ends it.
            var held = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var file = new AuditFile(path, options, chain, held);
            try
            {
                file.Continue();
                return file;
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new AuditUnavailableException($"The audit log {path} cannot be opened; perhaps another process writes it.", e);
        }
    }

    /// <summary>Appends a group with one write; when it returns, the kernel has all of it.</summary>
    /// <exception cref="IOException">The disk is full or gone: nothing of the group is in the log, and the same place is written next time.</exception>
    public void Append(IReadOnlyList<AuditEntryDraft> group)
    {
        SafeFileHandle handle = _handle ?? throw new IOException("The audit log is closed.");
        Mend(handle);
        _buffer.ResetWrittenCount();
        AuditCheckpoint head = Head;
        long first = _first;
        foreach (AuditEntryDraft draft in group)
        {
            int start = _buffer.WrittenCount;
            long sequence = head.Sequence + 1;
            bool begins = _length == 0 && start == 0;
            AuditLine.WriteContent(_buffer, new AuditEntry(sequence, draft.Time, draft.Happened, draft.Repeats, begins ? head.Head.Memory.ToArray() : null));
            byte[] value = _chain.Next(head.Head.Span, _buffer.WrittenSpan[start..]);
            AuditLine.WriteEnd(_buffer, value);
            head = new AuditCheckpoint(sequence, Octets.Of(value));
            first = begins ? sequence : first;
        }

        Write(handle);
        _length += _buffer.WrittenCount;
        _first = first;
        Head = head;
    }

    /// <summary>Whether the current file has reached its size.</summary>
    public bool IsFull => _length >= _maxBytes;

    /// <summary>Closes the current file under its number and begins the next one, which says what stood before it.</summary>
    public void Rotate()
    {
        SafeFileHandle next;
        File.Move(_path, AuditFiles.ClosedName(_path, _first), overwrite: false);
        try
        {
            next = Create(FileMode.CreateNew);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The handle still writes the old file, under whatever name.
            File.Move(AuditFiles.ClosedName(_path, _first), _path, overwrite: false);
            throw;
        }

        if (_handle is { } full)
        {
            RandomAccess.FlushToDisk(full);
            full.Dispose();
        }

        _handle = next;
        _length = 0;
    }

    public void Dispose()
    {
        _handle?.Dispose();
        _handle = null;
        _lock.Dispose();
    }

    private void Write(SafeFileHandle handle)
    {
        _dirty = true;
        try
        {
            RandomAccess.Write(handle, _buffer.WrittenSpan, _length);
            if (_flush)
            {
                RandomAccess.FlushToDisk(handle);
            }

            _dirty = false;
        }
        catch (IOException)
        {
            // What is refused is not in the log either; if even that fails now, it is tried again before the next group.
            Mend(handle);
            throw;
        }
    }

    /// <summary>Takes away what a failed write may have left, so that the log never has half a group in its middle.</summary>
    private void Mend(SafeFileHandle handle)
    {
        if (_dirty)
        {
            RandomAccess.SetLength(handle, _length);
            _dirty = false;
        }
    }

    private void Continue()
    {
        var reader = new AuditReader(_chain);
        bool current = File.Exists(_path);
        if (current || AuditFiles.Closed(_path) is not [.., var newest])
        {
            newest = _path;
        }

        if (File.Exists(newest))
        {
            Scan(reader, newest, current);
        }

        _handle ??= Create(FileMode.OpenOrCreate);
        Head = reader.Head;
    }

    private void Scan(AuditReader reader, string newest, bool isCurrent)
    {
        AuditFault? fault;
        using (var stream = new FileStream(newest, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            fault = reader.Read(stream, anywhere: true);
        }

        if (fault is { } found)
        {
            SetAside(reader, newest, found);
        }
        else if (isCurrent)
        {
            _handle = Create(FileMode.Open);
            _length = reader.GoodBytes;
            _first = reader.Head.Sequence - reader.Records + 1;
            CutPartialLine(reader, _handle);
        }
    }

    /// <summary>Keeps a log that does not hold for whoever has to look into it, and says so in the one that goes on.</summary>
    private void SetAside(AuditReader reader, string newest, AuditFault fault)
    {
        string aside = string.Create(CultureInfo.InvariantCulture, $"{newest}.broken-{reader.Head.Sequence}");
        for (int i = 1; File.Exists(aside); i++)
        {
            aside = string.Create(CultureInfo.InvariantCulture, $"{newest}.broken-{reader.Head.Sequence}-{i}");
        }

        File.Move(newest, aside, overwrite: false);
        Findings.Add(new AuditEvent
        {
            Kind = AuditKind.Changed,
            Reason = AuditReasons.AuditBroken,
            Detail = string.Create(CultureInfo.InvariantCulture, $"{fault} at line {reader.Line}; kept as {Path.GetFileName(aside)}"),
        });
    }

    private void CutPartialLine(AuditReader reader, SafeFileHandle handle)
    {
        if (reader.PartialBytes == 0)
        {
            return;
        }

        byte[] partial = new byte[reader.PartialBytes];
        int read = RandomAccess.Read(handle, partial, _length);
        RandomAccess.SetLength(handle, _length);
        Findings.Add(new AuditEvent
        {
            Kind = AuditKind.Changed,
            Reason = AuditReasons.AuditRecovered,
            Detail = string.Create(
                CultureInfo.InvariantCulture,
                $"cut {reader.PartialBytes} octets of a record that was never acknowledged, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(partial.AsSpan(0, read)))}"),
        });
    }

    private SafeFileHandle Create(FileMode mode)
    {
        SafeFileHandle handle = File.OpenHandle(_path, mode, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        if (mode != FileMode.Open && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return handle;
    }
}

/// <summary>An event that waits for its place: when it happened, and how many it stands for.</summary>
internal readonly record struct AuditEntryDraft(DateTimeOffset Time, AuditEvent Happened, long Repeats = 0);
