using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.Extensions.Logging;

namespace Sallyport.AspNetCore.Audit;

/// <summary>Opens the log with its key, writes groups, rotates, and exports checkpoints. For one thread at a time, the head excepted.</summary>
internal sealed partial class AuditWriter(AuditOptions options, string contentRoot, TimeProvider time, ILogger log) : IDisposable
{
    private readonly Lock _gate = new();
    private AuditFile? _file;
    private AuditChain? _chain;
    private StrongHead? _head;
    private DateTimeOffset _exported;

    /// <summary>The head after the last record that the kernel has.</summary>
    public AuditCheckpoint? Head => Volatile.Read(ref _head)?.Checkpoint;

    /// <summary>Opens the log, unless there is none to be written.</summary>
    /// <exception cref="AuditUnavailableException">The log or its key cannot be used.</exception>
    public void Open()
    {
        if (options.File is not { } name)
        {
            return;
        }

        lock (_gate)
        {
            string path = Path.GetFullPath(name, contentRoot);
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path) ?? contentRoot);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new AuditUnavailableException($"The folder of the audit log {path} cannot be made.", e);
            }

            bool hasRecords = AuditVerifier.FilesOf(path).Any(static file => new FileInfo(file).Length > 0);
            _chain = new AuditChain(AuditKey.Load(options, Path.GetFullPath(options.KeyFile ?? name + ".key", contentRoot), hasRecords));
            _file = AuditFile.Open(path, options, _chain);
            foreach (AuditEvent finding in _file.Findings)
            {
                LogFinding(finding.Reason, finding.Detail);
            }

            Begin(_file);
        }
    }

    /// <summary>Writes a group; when it returns, the kernel has it.</summary>
    /// <exception cref="IOException">It could not be written, and nothing of it is in the log.</exception>
    public void Write(IReadOnlyList<AuditEntryDraft> group)
    {
        lock (_gate)
        {
            AuditFile file = _file ?? throw new IOException("The audit log is closed.");
            if (file.IsFull)
            {
                file.Rotate();
                file.Append([new AuditEntryDraft(time.GetUtcNow(), new AuditEvent { Kind = AuditKind.Changed, Reason = AuditReasons.AuditRotated })]);
                Export(file, force: true);
            }

            file.Append(group);
            Volatile.Write(ref _head, new StrongHead(file.Head));
            Export(file, force: false);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_file is not null)
            {
                Export(_file, force: true);
                _file.Dispose();
                _file = null;
            }

            _chain?.Dispose();
            _chain = null;
        }
    }

    private void Begin(AuditFile file)
    {
        AuditCheckpoint? known = LastExported();
        if (known is { } checkpoint && (checkpoint.Sequence > file.Head.Sequence || (checkpoint.Sequence == file.Head.Sequence && checkpoint != file.Head)))
        {
            var cut = new AuditEvent { Kind = AuditKind.Changed, Reason = AuditReasons.AuditTruncated, Detail = $"{checkpoint} was exported, the log ends at {file.Head}" };
            file.Findings.Add(cut);
            LogFinding(cut.Reason, cut.Detail);
        }

        try
        {
            DateTimeOffset now = time.GetUtcNow();
            file.Append(
            [
                new AuditEntryDraft(now, new AuditEvent { Kind = AuditKind.Changed, Reason = AuditReasons.AuditOpened }),
                .. file.Findings.Select(finding => new AuditEntryDraft(now, finding)),
            ]);
            Volatile.Write(ref _head, new StrongHead(file.Head));
            Export(file, force: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AuditUnavailableException("The audit log cannot be written.", e);
        }
    }

    private AuditCheckpoint? LastExported()
    {
        if (options.CheckpointFile is not { } name)
        {
            return null;
        }

        try
        {
            string path = Path.GetFullPath(name, contentRoot);
            AuditCheckpoint? last = null;
            foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
            {
                last = AuditCheckpoint.TryParse(line, out AuditCheckpoint checkpoint) ? checkpoint : last;
            }

            return last;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AuditUnavailableException("The file of audit checkpoints cannot be read.", e);
        }
    }

    /// <summary>Appends the head to the file of checkpoints. That it fails is said, and costs no request.</summary>
    private void Export(AuditFile file, bool force)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (options.CheckpointFile is not { } name || (!force && now - _exported < options.CheckpointInterval))
        {
            return;
        }

        _exported = now;
        try
        {
            File.AppendAllText(Path.GetFullPath(name, contentRoot), file.Head + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNoCheckpoint(e.Message);
        }
    }

    [LoggerMessage(EventId = 2345, Level = LogLevel.Critical, Message = "The audit log was not as it was left: {Reason}. {Detail}")]
    private partial void LogFinding(string reason, string? detail);

    [LoggerMessage(EventId = 2346, Level = LogLevel.Error, Message = "The audit checkpoint could not be written: {Why}")]
    private partial void LogNoCheckpoint(string why);

    private sealed record StrongHead(AuditCheckpoint Checkpoint);
}
