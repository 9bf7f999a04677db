using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;

namespace Sallyport.Lab.Pki;

/// <summary>Files of one PKI: written when first asked for, readable by their owner only, gone on dispose.</summary>
internal sealed class LabFiles : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _written = new(StringComparer.Ordinal);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sallyport-labpki-");

    internal string Text(string name, Func<string> content) => Once(name, stream =>
    {
        using StreamWriter writer = new(stream);
        writer.Write(content());
    });

    internal string Bytes(string name, Func<byte[]> content) => Once(name, stream => stream.Write(content()));

    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A server that is just dying may hold a file; the system empties its temporary folder.
        }
    }

    private string Once(string name, Action<Stream> write)
    {
        lock (_gate)
        {
            if (!_written.TryGetValue(name, out string? path))
            {
                path = Path.Combine(_folder.FullName, name);
                FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

                using (FileStream stream = new(path, options))
                {
                    write(stream);
                }

                _written[name] = path;
            }

            return path;
        }
    }
}
