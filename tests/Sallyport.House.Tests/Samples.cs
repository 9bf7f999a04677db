using System.Collections.Generic;
using System.Linq;

namespace Sallyport.House.Tests;

/// <summary>Small bad and good texts on which each rule shows that it can fail, and that it does not fail for nothing.</summary>
internal static class Samples
{
    public static SourceFile At(string path, string text) => new(path, text);

    public static SourceFile Source(string text) => At("src/Sample/Sample.cs", text);

    /// <summary>The whole list in the failure's message, not a count.</summary>
    public static void ShouldFindNothing(this IEnumerable<string> violations) =>
        string.Join('\n', violations.Order(System.StringComparer.Ordinal)).ShouldBeEmpty();
}
