using System;
using Sallyport.AspNetCore.Revocation;

namespace Sallyport.AspNetCore.Trust;

/// <summary>The last good content of a file: what cannot be read or understood is told once and changes nothing.</summary>
/// <typeparam name="T">What the content means.</typeparam>
internal sealed class FileFeed<T>
    where T : class
{
    private readonly WatchedFile _file;
    private readonly Parser _parse;
    private readonly RevocationLog _log;
    private string? _fault;
    private bool _takenIsGood;

    public FileFeed(string path, int maxBytes, Parser parse, RevocationLog log)
    {
        _file = new WatchedFile(path, maxBytes);
        _parse = parse;
        _log = log;
    }

    /// <summary>Reads content; null and what is wrong with it when it cannot count.</summary>
    public delegate T? Parser(ReadOnlyMemory<byte> content, out string? fault);

    /// <summary>Where it is.</summary>
    public string Path => _file.Path;

    /// <summary>The last good content; null before there was any.</summary>
    public T? Current { get; private set; }

    /// <summary>Whether the file held <see cref="Current"/> when it was last looked at.</summary>
    public bool IsGood { get; private set; }

    /// <summary>Whether new content has to be looked at once more.</summary>
    public bool IsUnsettled { get; private set; }

    /// <summary>Looks once.</summary>
    /// <returns>Whether <see cref="Current"/> is new.</returns>
    public bool Poll(bool isFirst = false)
    {
        var look = _file.Look(isFirst);
        IsUnsettled = look is FileLook.Unsettled;
        switch (look)
        {
            case FileLook.Changed changed:
                return Take(changed.Content);
            case FileLook.Lost lost:
                Refuse(lost.Why);
                return false;
            case FileLook.Unchanged:
                Return();
                return false;
            default:
                return false;
        }
    }

    private bool Take(ReadOnlyMemory<byte> content)
    {
        _takenIsGood = false;
        if (_parse(content, out var fault) is not { } value)
        {
            Refuse(fault ?? "it cannot be understood");
            return false;
        }

        Current = value;
        _takenIsGood = true;
        IsGood = true;
        _fault = null;
        _log.FileRead(Path);
        return true;
    }

    /// <summary>A file that was gone for a while has come back as it was.</summary>
    private void Return()
    {
        IsGood = _takenIsGood;
        if (_takenIsGood)
        {
            _fault = null;
        }
    }

    private void Refuse(string fault)
    {
        IsGood = false;
        if (fault == _fault)
        {
            return;
        }

        _fault = fault;
        if (Current is null)
        {
            _log.FileNeverRead(Path, fault);
        }
        else
        {
            _log.FileRefused(Path, fault);
        }
    }
}
