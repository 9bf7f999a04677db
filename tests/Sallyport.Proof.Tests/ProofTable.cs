using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;

namespace Sallyport.Proof.Tests;

/// <summary>What each rule says of the naked API and of the guarded one: one line each, <c>ID naked guarded</c>.</summary>
/// <remarks>
/// <c>failed</c> and <c>passed</c> are held exactly. <c>open</c> is a rule that its side cannot decide: what the naked one has is behind a greater weakness,
/// or what the rule asks about is in neither; such a rule must only never accuse the guarded one. Tests elsewhere name what plants it.
/// </remarks>
internal static class ProofTable
{
    public const string Failed = "failed";
    public const string Passed = "passed";
    public const string Open = "open";

    /// <summary>The committed lines.</summary>
    public static ImmutableSortedDictionary<string, (string Naked, string Guarded)> Read()
    {
        using Stream stream = typeof(ProofTable).Assembly.GetManifestResourceStream("proof.txt")
            ?? throw new InvalidOperationException("The table is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Split(' '))
            .ToImmutableSortedDictionary(static row => row[0], static row => (row[1], row[2]), StringComparer.Ordinal);
    }
}
