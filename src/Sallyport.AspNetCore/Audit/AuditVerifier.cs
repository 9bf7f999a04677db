using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;

namespace Sallyport.AspNetCore.Audit;

/// <summary>Tells whether an audit log is what the guard wrote: no record changed, removed, added, moved or cut off.</summary>
/// <remarks>
/// Needs the chain's key. A cut end shows only against a checkpoint that was exported later than the cut; without one the answer is about what is there.
/// Whoever has the key can write another log that passes, but not one that passes a checkpoint he could not change.
/// </remarks>
public static class AuditVerifier
{
    /// <summary>The files of a log in the order they were written: the closed ones, then the current one.</summary>
    /// <param name="path">The current file, as in <see cref="AuditOptions.File"/>.</param>
    /// <returns>Those that are there.</returns>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public static ImmutableArray<string> FilesOf(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return [.. AuditFiles.Closed(path), .. File.Exists(path) ? [path] : Array.Empty<string>()];
    }

    /// <summary>Holds files against the chain and against checkpoints.</summary>
    /// <param name="files">All files from the first record on, or from the one after a checkpoint's; see <see cref="FilesOf"/>.</param>
    /// <param name="key">The chain's key.</param>
    /// <param name="checkpoints">Heads that were exported earlier, in any order.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static AuditVerdict Verify(IEnumerable<string> files, ReadOnlySpan<byte> key, IEnumerable<AuditCheckpoint> checkpoints)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(checkpoints);
        using var chain = new AuditChain(key);
        var reader = new AuditReader(chain);
        if (!checkpoints.ToList().TrueForAll(reader.Expect))
        {
            return new AuditVerdict.Broken(AuditFault.CheckpointMismatch, "", 0);
        }

        string last = "";
        foreach (string file in files)
        {
            if (reader.PartialBytes > 0)
            {
                return new AuditVerdict.Broken(AuditFault.PartialLine, last, reader.Line + 1);
            }

            last = file;
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (reader.Read(stream, anywhere: false) is { } fault)
            {
                return new AuditVerdict.Broken(fault, file, reader.Line);
            }
        }

        return reader.IsBehindACheckpoint()
            ? new AuditVerdict.Broken(AuditFault.Truncated, last, reader.Line)
            : new AuditVerdict.Intact(reader.Records, reader.Head, reader.PartialBytes);
    }
}
