using System;
using System.IO;
using System.Linq;

namespace Sallyport.Lab.Processes;

/// <summary>Finds the programs of other makers that tests start. eng/install-servers installs them.</summary>
public static class Binaries
{
    private static readonly string[] _alsoLookIn = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin"];

    /// <summary>The full path of a program, or null when it is not installed.</summary>
    public static string? Find(string program)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(program);
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(_alsoLookIn)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>The full path of a program.</summary>
    /// <exception cref="FileNotFoundException">It is not installed; the message says how to get it.</exception>
    public static string Require(string program) =>
        Find(program) ?? throw new FileNotFoundException($"{program} is not installed: run eng/install-servers.");

    /// <summary>Why a test with this program cannot run, or null when it can.</summary>
    public static string? WhyMissing(string program) =>
        Find(program) is null ? $"{program} is not installed: run eng/install-servers" : null;
}
