using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;

namespace Sallyport.Proof.Tests;

/// <summary>What each rule says of the naked API and of the guarded one: one line each, <c>ID naked guarded</c>, and <c># reason</c> where a side is open.</summary>
/// <remarks>
/// <c>found</c>: the naked API has it and the scanner reports it. <c>passed</c>: the scanner tried it on the guarded API and was refused. <c>open</c>: this side
/// cannot decide it, and the reason says why; such a rule must accuse nobody. A reason that names a switch (<c>with NoRevocation alone</c>) is held to it.
/// </remarks>
internal static class ProofTable
{
    public const string Found = "found";
    public const string Passed = "passed";
    public const string Open = "open";

    /// <summary>The committed lines.</summary>
    public static ImmutableArray<ProofRow> Read()
    {
        using Stream stream = typeof(ProofTable).Assembly.GetManifestResourceStream("proof.txt")
            ?? throw new InvalidOperationException("The table is not in the assembly.");
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(RowOf)];
    }

    private static ProofRow RowOf(string line)
    {
        string[] parts = line.Split(" # ", 2);
        return parts[0].Split(' ') is [{ Length: > 0 } id, Found or Open, Passed or Open] words
            ? new(id, words[1], words[2], parts.Length == 2 ? parts[1].Trim() : "")
            : throw new InvalidOperationException($"No row: {line}");
    }
}
