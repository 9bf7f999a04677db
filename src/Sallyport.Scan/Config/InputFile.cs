using System;
using System.IO;
using System.Security;

namespace Sallyport.Scan.Config;

/// <summary>Reads a file that the user named, within a size limit, and says in one line why it cannot.</summary>
internal static class InputFile
{
    /// <summary>The file's bytes, or <c>null</c> and a problem.</summary>
    /// <param name="path">An absolute path, or one relative to the working directory.</param>
    /// <param name="what">What the file is for, such as <c>the certificate of alice</c>.</param>
    /// <param name="limit">The most bytes that are read.</param>
    /// <param name="problem">Why it cannot be read.</param>
    public static byte[]? Read(string path, string what, int limit, out InputProblem? problem)
    {
        string name = Shown.Quoted(path);
        try
        {
            if (Directory.Exists(path))
            {
                problem = new($"{name} ({what}) is a directory", "name the file itself");
                return null;
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return ReadAll(file, name, what, limit, out problem);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = new($"{name} ({what}) does not exist", "check the path: on the command line it is relative to the working directory, in a configuration file to that file");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or SecurityException)
        {
            problem = new($"{name} ({what}) may not be read by this user", $"make it readable: chmod u+r, or run as its owner");
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            problem = new($"{name} ({what}) cannot be read");
        }

        return null;
    }

    private static byte[]? ReadAll(FileStream file, string name, string what, int limit, out InputProblem? problem)
    {
        // A pipe or a device has no length: what is read decides, one byte more than allowed proves "too large".
        using var kept = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        while (true)
        {
            int count = file.Read(buffer, 0, buffer.Length);
            if (count == 0)
            {
                break;
            }

            kept.Write(buffer, 0, count);
            if (kept.Length > limit)
            {
                problem = new($"{name} ({what}) is larger than {limit / 1024} KB", "is it the right file?");
                return null;
            }
        }

        if (kept.Length == 0)
        {
            problem = new($"{name} ({what}) is empty");
            return null;
        }

        problem = null;
        return kept.ToArray();
    }
}
