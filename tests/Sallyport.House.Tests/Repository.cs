using System;
using System.Collections.Immutable;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace Sallyport.House.Tests;

/// <summary>The repository that these tests stand in: its files as Git sees them, its C# parsed once.</summary>
public sealed class Repository
{
    /// <summary>Finds the folder with the solution above the test's own folder, and reads what is in it.</summary>
    public Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "sallyport.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("There is no sallyport.slnx above the tests.");
        }

        Root = folder.FullName;
        Files = Tracked(Root);
        Sources = [.. Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal)).Select(file => new SourceFile(file, Read(file)))];
    }

    /// <summary>The folder of the solution.</summary>
    public string Root { get; }

    /// <summary>Every file that is committed or about to be, relative to the root, with forward slashes.</summary>
    public ImmutableArray<string> Files { get; }

    /// <summary>The C# among them.</summary>
    public ImmutableArray<SourceFile> Sources { get; }

    /// <summary>The sources below one folder.</summary>
    public ImmutableArray<SourceFile> Below(params string[] folders) =>
        [.. Sources.Where(source => folders.Any(folder => source.Path.StartsWith(folder, StringComparison.Ordinal)))];

    /// <summary>The text of one file.</summary>
    public string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static ImmutableArray<string> Tracked(string root)
    {
        var start = new ProcessStartInfo("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var git = Process.Start(start) ?? throw new InvalidOperationException("git did not start.");
        var listing = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return [.. listing.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(file => File.Exists(Path.Combine(root, file)))
            .Distinct()
            .Order(StringComparer.Ordinal)];
    }
}
