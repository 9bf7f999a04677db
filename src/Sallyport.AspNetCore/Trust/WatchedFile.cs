using System;
using System.IO;
using System.Security;
using System.Security.Cryptography;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Trust;

/// <summary>One file, looked at again and again and told apart by its content.</summary>
/// <remarks>
/// No watcher of the platform: a mounted secret changes by the swap of a symbolic link two folders up, which none of them sees
/// (guard.md, threat d16). New content counts when two looks in a row found the same, so that a file is not taken while somebody
/// is still writing it.
/// </remarks>
internal sealed class WatchedFile(string path, int maxBytes)
{
    /// <summary>Up to this size every look hashes; above, a look whose length and date are the old ones hashes only now and then.</summary>
    private const int SmallBytes = 1024 * 1024;
    private const int LooksBetweenHashes = 15;

    private Octets? _taken;
    private Octets? _pending;
    private (long Length, DateTime Written) _stamp;
    private int _looks;

    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <summary>Looks once.</summary>
    /// <param name="isFirst">Whether to take what is there at once: at the start nothing good is lost by it.</param>
    public FileLook Look(bool isFirst = false)
    {
        try
        {
            var info = new FileInfo(path);
            if (!info.Exists)
            {
                return new FileLook.Lost("it is missing");
            }

            // A link's own length and date say nothing about what it leads to.
            var target = info.LinkTarget is null ? info : info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? info;
            var stamp = (target.Length, target.LastWriteTimeUtc);
            var skip = target.Length > SmallBytes && _taken is not null && _pending is null && stamp == _stamp && _looks < LooksBetweenHashes;
            _looks = skip ? _looks + 1 : 0;
            _stamp = stamp;
            return skip ? new FileLook.Unchanged() : Take(isFirst);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SecurityException)
        {
            return new FileLook.Lost($"it cannot be read ({e.GetType().Name})");
        }
    }

    private FileLook Take(bool isFirst)
    {
        if (Read() is not { } content)
        {
            return new FileLook.Lost($"it has more than {maxBytes} octets");
        }

        var hash = Octets.Of(SHA256.HashData(content));
        if (hash == _taken)
        {
            _pending = null;
            return new FileLook.Unchanged();
        }

        if (!isFirst && hash != _pending)
        {
            _pending = hash;
            return new FileLook.Unsettled();
        }

        _taken = hash;
        _pending = null;
        return new FileLook.Changed(content);
    }

    private byte[]? Read()
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var content = new MemoryStream((int)Math.Min(stream.Length, maxBytes));
        var buffer = new byte[81_920];
        for (var read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            if (content.Length + read > maxBytes)
            {
                return null;
            }

            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }
}
