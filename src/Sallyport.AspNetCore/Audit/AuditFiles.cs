using System;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Sallyport.AspNetCore.Audit;

/// <summary>The names of a log's files.</summary>
internal static class AuditFiles
{
    private const int Digits = 19;

    /// <summary>The closed files of a log, oldest first.</summary>
    public static ImmutableArray<string> Closed(string path)
    {
        string full = Path.GetFullPath(path);
        string name = Path.GetFileName(full);
        string? folder = Path.GetDirectoryName(full);
        return Directory.Exists(folder)
            ?
            [
                .. Directory.EnumerateFiles(folder, name + ".*")
                    .Where(file => Path.GetFileName(file) is var found && found.Length == name.Length + 1 + Digits && IsNumber(found.AsSpan(name.Length + 1)))
                    .Order(StringComparer.Ordinal),
            ]
            : [];
    }

    /// <summary>What a file is called once it is closed: ordered by its first record.</summary>
    public static string ClosedName(string path, long firstSequence) =>
        string.Create(CultureInfo.InvariantCulture, $"{path}.{firstSequence:D19}");

    private static bool IsNumber(ReadOnlySpan<char> suffix) => !suffix.ContainsAnyExceptInRange('0', '9');
}
