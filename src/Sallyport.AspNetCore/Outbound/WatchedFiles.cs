using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Security.Cryptography;

namespace Sallyport.AspNetCore.Outbound;

/// <summary>Files that are read again and compared by content: a swapped link (Kubernetes) or a half-written file is seen for what it is.</summary>
internal sealed class WatchedFiles(ImmutableArray<string> paths)
{
    private const int MaxBytes = 67_108_864;
    private byte[] _seen = [];
    private byte[] _pending = [];

    /// <summary>Reads them all.</summary>
    /// <param name="contents">
    /// One for each path when they changed since the last <see cref="Accept"/> and two looks in a row found the same: a bundle cut between two certificates reads as
    /// well as the whole. The first look is believed: nothing good is lost by it. Empty otherwise.
    /// </param>
    /// <returns>Whether they changed.</returns>
    /// <exception cref="IOException">One cannot be read or is too large.</exception>
    public bool TryReadChanged(out ImmutableArray<byte[]> contents)
    {
        ImmutableArray<byte[]> read = [.. paths.Select(Read)];
        byte[] found = Hash(read);
        bool changed = !found.AsSpan().SequenceEqual(_seen) && (_seen.Length == 0 || found.AsSpan().SequenceEqual(_pending));
        _pending = found;
        contents = changed ? read : [];
        return changed;
    }

    /// <summary>Takes contents as the current ones; what could not be used is not taken, and is tried again.</summary>
    public void Accept(ImmutableArray<byte[]> contents) => _seen = Hash(contents);

    private static byte[] Read(string path)
    {
        var file = new FileInfo(path);
        return file.Length <= MaxBytes ? File.ReadAllBytes(path) : throw new IOException($"{path} is larger than {MaxBytes} octets.");
    }

    private static byte[] Hash(ImmutableArray<byte[]> contents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (byte[] content in contents)
        {
            hash.AppendData(SHA256.HashData(content));
        }

        return hash.GetHashAndReset();
    }
}
