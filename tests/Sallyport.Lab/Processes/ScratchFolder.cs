using System;
using System.IO;

namespace Sallyport.Lab.Processes;

/// <summary>A folder for one server's files, gone on dispose. Readable by its owner only, unless it is for a server that gives up root.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private const UnixFileMode OthersMayEnter = UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly bool _readableByAll;

    public ScratchFolder(string purpose, bool readableByAll = false)
    {
        _readableByAll = readableByAll;
        Path = Directory.CreateTempSubdirectory($"sallyport-{purpose}-").FullName;
        Open(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Path { get; }

    public string Write(string name, string content)
    {
        var file = System.IO.Path.Combine(Path, name);
        var folder = System.IO.Path.GetDirectoryName(file) ?? throw new ArgumentException("A file name, not a root.", nameof(name));
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            Open(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        File.WriteAllText(file, content);
        Open(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A dying server may still be writing its log; the temporary folder is emptied by the system.
        }
    }

    private void Open(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, _readableByAll ? mode | OthersMayEnter : mode);
        }
    }
}
