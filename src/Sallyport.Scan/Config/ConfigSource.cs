using System.Globalization;
using System.IO;

namespace Sallyport.Scan.Config;

/// <summary>The configuration file that is read: its name for messages, its folder for paths, its problems.</summary>
/// <param name="Name">The file's name as the user wrote it.</param>
/// <param name="Folder">The absolute folder that paths are relative to.</param>
/// <param name="Problems">Where problems go.</param>
internal sealed record ConfigSource(string Name, string Folder, ProblemList Problems)
{
    public void Problem(string message, string? hint, int line) =>
        Problems.Add(message, hint, string.Create(CultureInfo.InvariantCulture, $"{Shown.Line(Name)}:{line}"));

    public string Place(string path) => Path.Combine(Folder, path);
}
