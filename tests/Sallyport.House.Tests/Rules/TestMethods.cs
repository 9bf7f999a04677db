using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sallyport.House.Tests.Rules;

/// <summary>Which tests there are: what tables of proofs may name.</summary>
internal static class TestMethods
{
    /// <summary>The tests of some sources, as <c>Class.Method</c>: methods with an attribute of xunit's or FsCheck's.</summary>
    public static ImmutableHashSet<string> In(IEnumerable<SourceFile> sources) =>
        [.. from file in sources
            from type in file.Unit.DescendantNodes().OfType<ClassDeclarationSyntax>()
            from method in type.Members.OfType<MethodDeclarationSyntax>()
            where method.AttributeLists.SelectMany(static list => list.Attributes).Any(static one => SourceFile.LastName(one.Name) is "Fact" or "Theory" or "Property")
            select $"{type.Identifier.Text}.{method.Identifier.Text}"];
}
